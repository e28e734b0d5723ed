import {toWireError} from '@parley/protocol';
import type {Logger} from '../observability/logger.js';
import type {House} from './verbs/house.js';
import type {Verb} from './verbs/verb.js';

/** Who asks, and where what becomes of it is written down. */
export interface Asking {
  /** Has the caller and the correlation id in each of its lines. */
  readonly log: Logger;
  /** Throws `forbidden` unless the caller may do this. */
  readonly allow: (verb: Verb, room: string | undefined) => void;
}

/**
 * Does what a backend asks for, through whatever door: looks at the parameters, at what the caller may, does it, and
 * writes an audit line for whatever changes something, also if it was refused.
 *
 * Rejects with a ParleyError, or with a defect of ours.
 */
export async function perform(
  verb: Verb,
  {names, input}: {readonly names: unknown; readonly input: unknown},
  {log, allow}: Asking,
  house: House,
): Promise<unknown> {
  const request = verb.ask(names, input);
  const {name, effect} = verb;
  try {
    allow(verb, request.room);
    const output = await request.run(house);
    if (effect === 'changes') log.info({verb: name, target: request.target, outcome: 'done'}, 'audit');
    return output;
  } catch (thrown) {
    if (effect === 'changes') {
      log.info({verb: name, target: request.target, outcome: toWireError(thrown).code}, 'audit');
    }
    throw thrown;
  }
}
