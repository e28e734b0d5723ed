import {expect} from 'vitest';
import type {Call, CallOptions, CallState} from '../../src/call/call.js';
import type {Parley} from '../../src/parley.js';
import {Harness} from './harness.js';
import {ScriptedCall} from './scripted-call.js';

export interface InCall {
  readonly harness: Harness;
  readonly parley: Parley;
  readonly server: ScriptedCall;
  readonly call: Call;
  readonly states: CallState[];
}

/** A client in the call of the room `lobby`, with a scripted server. */
export async function begin(
  options: CallOptions = {},
  prepare: (server: ScriptedCall) => void = () => undefined,
): Promise<InCall> {
  const harness = new Harness();
  const server = new ScriptedCall(harness.server);
  prepare(server);
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const call = await room.call.join(options);
  const states: CallState[] = [];
  call.on('state', (state) => states.push(state));
  expect(room.call.current).toBe(call);
  return {harness, parley, server, call, states};
}
