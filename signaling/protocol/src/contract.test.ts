import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {describeContract, events, requests} from './contract.js';
import {commonErrors} from './definition.js';
import {errorCatalogue} from './errors.js';
import {protocolFloor, protocolVersion} from './version.js';

/**
 * The contract as it was when its version was last looked at. If this fails, the wire changed: decide whether old
 * clients can bear it (raise `protocolVersion`, and `protocolFloor` if they cannot, with a line in version.ts), then
 * put the new hash here.
 */
const pinned = {version: 3, floor: 1, hash: 'f06d9057491b9576'};

test('[ENV9] the contract is the pinned one', () => {
  const hash = createHash('sha256').update(JSON.stringify(describeContract())).digest('hex').slice(0, 16);
  expect({version: protocolVersion, floor: protocolFloor, hash}).toEqual(pinned);
});

test('[ENV9] the wire name of a definition begins with its namespace, and no two requests or events share one', () => {
  const names = [...requests.keys(), ...events.keys()];
  expect(names.every((name) => /^(session|room|chat|presence|call|push|webPush)\.[A-Za-z.]+$/.test(name))).toBe(true);
  expect(requests.size).toBeGreaterThan(20);
  expect(events.size).toBeGreaterThan(10);
});

test('[ENV2] every code that a request may answer is in the catalogue', () => {
  for (const definition of requests.values()) {
    for (const code of [...definition.errors, ...commonErrors]) expect(errorCatalogue).toHaveProperty(code);
  }
});

test('[FEED1] every stored event carries its room, epoch, offset and time', () => {
  const stored = [...events.values()].filter((event) => event.delivery === 'stored');
  expect(stored.map((event) => event.name).sort()).toEqual([
    'chat.message',
    'push.stored',
    'room.deleted',
    'room.member',
    'room.updated',
  ]);
  for (const event of stored) {
    const refused = event.payload.safeParse({});
    const missing = refused.error?.issues.map((issue) => issue.path.join('.')) ?? [];
    expect(missing).toEqual(expect.arrayContaining(['room', 'epoch', 'offset', 'at']));
  }
});
