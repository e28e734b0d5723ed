import {call as definitions, callReceiving, ParleyError} from '@parley/protocol';
import {expect, test, vi} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import {begin} from '../../test/fakes/in-call.js';
import {ScriptedCall} from '../../test/fakes/scripted-call.js';
import type {Postponement} from './postponed.js';

const room = 'lobby';

test('[CALL61] that less is sent is told, also that it is over, and forgotten when the call is rebuilt', async () => {
  const {harness, parley, server, call, states} = await begin();
  const told: string[] = [];
  call.on('strain', (degree) => told.push(degree));
  expect(call.strain).toBe('none');
  for (const degree of ['fewer', 'sound', 'sound'] as const)
    harness.server.tell(callReceiving.strain.name, {room, degree});
  harness.server.tell(callReceiving.strain.name, {room: 'another', degree: 'full'});
  await until(() => told.length === 2);
  expect([call.strain, ...told]).toEqual(['sound', 'fewer', 'sound']);
  server.lose();
  await until(() => states.at(-1)?.status === 'connected');
  expect([call.strain, told.at(-1)]).toEqual(['none', 'none']);
  await parley.close();
});

/** A client that was refused once: the workers were full, and say so for five seconds. */
async function refused(patient = true) {
  const harness = new Harness();
  const server = new ScriptedCall(harness.server);
  const join = harness.server.on.get(definitions.join.name)!;
  harness.server.on.set(definitions.join.name, () => {
    throw new ParleyError('overloaded', {retryAfterMs: 5_000});
  });
  const parley = harness.connect();
  const joined = await parley.join(room, {create: true});
  const abort = new AbortController();
  const postponed: Postponement[] = [];
  const onPostponed = (one: Postponement): void => void postponed.push(one);
  const joining = joined.call.join({signal: abort.signal, ...(patient && {onPostponed})});
  joining.catch(() => undefined);
  const letIn = (): void => void harness.server.on.set(definitions.join.name, join);
  // The code for calls is loaded meanwhile.
  if (patient)
    await vi.waitFor(() => {
      expect(postponed.length).toBe(1);
    });
  return {harness, server, parley, joined, joining, abort, postponed, letIn};
}

test('[CALL62] who is refused because no worker can take one more is told when, and comes in by itself then', async () => {
  const {harness, server, parley, joining, postponed, letIn} = await refused();
  expect(postponed).toMatchObject([{error: {code: 'overloaded'}, retryAt: harness.clock.now() + 5_000}]);
  await harness.clock.turn(4_999);
  expect(server.asked(definitions.join.name)).toBe(1);
  await harness.clock.turn(1);
  await until(() => postponed.length === 2);
  letIn();
  await harness.clock.turn(5_000);
  const call = await joining;
  expect(call.state).toEqual({status: 'connected'});
  expect(server.asked(definitions.join.name)).toBe(3);
  await parley.close();
});

test('[CALL62] the wait for another try can be ended, by the application or with the client', async () => {
  const bored = await refused();
  bored.abort.abort();
  await expect(bored.joining).rejects.toMatchObject({code: 'not_in_call'});
  await bored.harness.clock.turn(10_000);
  expect(bored.server.asked(definitions.join.name)).toBe(1);
  expect(bored.joined.call.current).toBeUndefined();
  await bored.parley.close();
  const closed = await refused();
  await closed.parley.close();
  await expect(closed.joining).rejects.toBeInstanceOf(ParleyError);
});

test('[CALL62] an application that does not ask to be told is refused at once', async () => {
  const {parley, joining} = await refused(false);
  await expect(joining).rejects.toMatchObject({code: 'overloaded', retryAfterMs: 5_000});
  await parley.close();
});
