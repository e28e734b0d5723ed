import {expect, test} from 'vitest';
import {send} from './chat.js';
import {roomId} from './primitives.js';
import {handshake} from './session.js';

test.each(['lobby', 'team:42', 'a'.repeat(64), '2026', 'x@y.z'])('[ENV3] %s is a room id', (id) => {
  expect(roomId.safeParse(id).success).toBe(true);
});

test.each(['', ' ', 'a'.repeat(65), '{lobby}', '.hidden', 'a b', 'ä', 'a\n', 'a/b'])(
  '[ENV3] %j is no room id',
  (id) => {
    expect(roomId.safeParse(id).success).toBe(false);
  },
);

test('[CHAT4] a text is trimmed and has 1 to 4000 characters', () => {
  const text = (value: string): unknown => send.params.safeParse({room: 'lobby', id: 'm1', text: value}).data?.text;
  expect(text('  hello ')).toBe('hello');
  expect(text('   ')).toBeUndefined();
  expect(text('x'.repeat(4_000))).toHaveLength(4_000);
  expect(text('x'.repeat(4_001))).toBeUndefined();
});

test('[CON1] the handshake is parsed strictly and its positions are bounded', () => {
  const resume = (rooms: number): object => ({
    session: 'session-1',
    key: 'k'.repeat(32),
    rooms: Object.fromEntries(Array.from({length: rooms}, (_, i) => [`room${String(i)}`, ['epoch', i]])),
  });
  expect(handshake.safeParse({token: 't', v: 1, resume: resume(1_000)}).success).toBe(true);
  expect(handshake.safeParse({token: 't', v: 1, resume: resume(1_001)}).success).toBe(false);
  expect(handshake.safeParse({token: 't', v: 1, cookie: 'x'}).success).toBe(false);
  expect(handshake.safeParse({v: 1}).success).toBe(false);
});
