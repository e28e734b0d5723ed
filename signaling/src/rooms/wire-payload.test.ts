import {expect, test} from 'vitest';
import {StoredEntry} from './stored-entry.js';
import {storedJson, storedPayload} from './wire-payload.js';

test('a stored event is put on the wire as the same payload, parsed or not', () => {
  for (const data of [{}, {text: 'a "quoted" line\n', n: 1}, {user: 'ann', change: 'joined'}]) {
    const entry = new StoredEntry('chat.message', 'e1', 7, 1_700_000_000_000, JSON.stringify(data));
    const payload = {...data, room: 'lobby', epoch: 'e1', offset: 7, at: 1_700_000_000_000};
    expect(storedPayload('lobby', entry)).toEqual(payload);
    expect(JSON.parse(storedJson('lobby', entry))).toEqual(payload);
  }
});
