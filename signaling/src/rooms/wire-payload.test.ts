import {expect, test} from 'vitest';
import {storedJson, storedPayload} from './wire-payload.js';

test('a stored event that is JSON already is put on the wire as the same payload', () => {
  for (const data of [{}, {text: 'a "quoted" line\n', n: 1}, {user: 'ann', change: 'joined'}]) {
    const entry = {name: 'chat.message', data, epoch: 'e1', offset: 7, at: 1_700_000_000_000};
    expect(JSON.parse(storedJson('lobby', entry, JSON.stringify(data)))).toEqual(storedPayload('lobby', entry));
  }
});
