import {room as rooms} from '@parley/protocol';
import {expect, test} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';

test('[ROOM8] a room that is deleted is left for good, whichever word of it comes first', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const why: string[] = [];
  for (const name of ['den', 'attic']) {
    const room = await parley.join(name, {create: true});
    room.on('left', ({reason}) => why.push(`${name} ${reason}`));
  }
  harness.server.tell(rooms.deleted.name, {room: 'den', epoch: 'e1', offset: 2, at: 5});
  harness.server.tell(rooms.removed.name, {room: 'den', reason: 'deleted'});
  harness.server.tell(rooms.removed.name, {room: 'attic', reason: 'deleted'});
  await until(() => why.length === 2);
  expect(why).toEqual(['den deleted', 'attic deleted']);
  await parley.close();
});

test('[ROOM12] a room that was deleted while its client was away for long is left as deleted, and not made again', async () => {
  const harness = new Harness();
  const {server} = harness;
  const parley = harness.connect();
  const room = await parley.join('den', {create: true});
  const why: string[] = [];
  room.on('left', ({reason}) => why.push(reason));
  server.rooms.delete('den');
  server.deleted.add('den');
  server.forget();
  server.down = true;
  server.cut();
  await until(() => room.state.status === 'away');
  const sent = expect(room.send('anybody?').done).rejects.toMatchObject({code: 'room_deleted'});
  server.down = false;
  await harness.clock.turn(60_000);
  await until(() => why.length === 1);
  expect(why).toEqual(['deleted']);
  await sent;
  expect(server.asked.filter(({name}) => name === rooms.create.name)).toHaveLength(1);
  await expect(parley.join('den')).rejects.toMatchObject({code: 'room_deleted'});
  // On purpose.
  await expect(parley.join('den', {create: true})).resolves.toMatchObject({state: {status: 'joined'}});
  await parley.close();
});
