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
