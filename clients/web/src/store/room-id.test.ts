import {roomId} from '@parley/protocol';
import {expect, test} from 'vitest';
import {roomIdFor} from './room-id.js';

test('an id is the title in small plain letters', () => {
  expect(roomIdFor('  Café & Bar!')).toBe('cafe-bar');
});

test('whatever the title, the id is one that the protocol takes', () => {
  for (const title of ['---', '日本語', '🎉', 'x'.repeat(500), 'a'.repeat(47) + ' b', 'Ü']) {
    expect(roomId.safeParse(roomIdFor(title)).success, title).toBe(true);
  }
});
