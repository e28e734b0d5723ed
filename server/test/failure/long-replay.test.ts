import {expect, test} from 'vitest';
import {callApi} from '../api/call-api.js';
import {connectBare, type BareClient} from '../connect-bare.js';
import {startNode} from '../start-node.js';

const rooms = ['r1', 'r2', 'r3', 'r4'];
const perRoom = 150;

interface Ready {
  readonly session: string;
  readonly key: string;
  readonly resumed: boolean;
  readonly rooms: {readonly room: string; readonly recovered: boolean}[];
}
interface Stored {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
}

test('[SES3] a replay of more than a connection may hold back is had in parts, each message once, and comes to an end', async () => {
  await using node = await startNode({env: {PARLEY_MAX_BUFFER: '64KiB', PARLEY_MAX_PAYLOAD: '16KiB'}});
  const first = await connectBare(node);
  const positions: Record<string, [string, number]> = {};
  for (const room of rooms) {
    await first.request('room.create', {room});
    const {epoch, head} = await first.request<{epoch: string; head: number}>('room.join', {room});
    positions[room] = [epoch, head];
  }
  const [{session, key}] = first.all<Ready>('session.ready') as [Ready];
  first.close();
  for (const room of rooms) {
    for (let n = 0; n < perRoom; n += 50) {
      const push = {target: {room}, topic: 'x', data: 'x'.repeat(12_000), store: true};
      const answers = await Promise.all(Array.from({length: 50}, () => callApi(node, '/v1/push', push)));
      // All of them: more in a second than a key may make would be refused, and then waited for in vain.
      expect(new Set(answers.map(({status}) => status))).toEqual(new Set([200]));
    }
  }

  const received: string[] = [];
  let attempt = 0;
  const wanted = rooms.length * perRoom;
  while (received.length < wanted) {
    attempt += 1;
    expect(attempt).toBeLessThan(100);
    const resume = {session, key, rooms: positions};
    const client: BareClient = await connectBare(node, {auth: {attempt, resume}});
    await client.until(
      () => !client.socket.connected || client.all('push.stored').length + received.length >= wanted,
      'the end of the replay or of the connection',
    );
    const [ready] = client.all<Ready>('session.ready') as [Ready];
    expect(ready.resumed).toBe(true);
    expect(ready.rooms.every(({recovered}) => recovered)).toBe(true);
    for (const {room, epoch, offset} of client.all<Stored>('push.stored')) {
      expect(offset).toBe(positions[room]![1] + 1);
      positions[room] = [epoch, offset];
      received.push(`${room}/${offset}`);
    }
    client.close();
  }
  expect(new Set(received).size).toBe(wanted);
  // Otherwise it would show nothing.
  expect(attempt).toBeGreaterThan(1);
});
