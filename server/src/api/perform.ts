import {toWireError} from '@parley/protocol';
import type {Logger} from '../observability/logger.js';
import {requireScope, type Caller} from './access/caller.js';
import type {House} from './verbs/house.js';
import type {Verb} from './verbs/verb.js';

/** What a backend asks for, as the door took it in. */
export interface Ask {
  readonly caller: Caller;
  readonly verb: Verb;
  readonly names: unknown;
  readonly input: unknown;
  /** Has the caller and the correlation id in each of its lines. */
  readonly log: Logger;
}

/**
 * Does what a backend asks for, through whatever door: looks at the parameters, at what the caller may, does it, and
 * writes an audit line for whatever changes something, also if it was refused.
 *
 * Rejects with a ParleyError, or with a defect of ours.
 */
export async function perform({caller, verb, names, input, log}: Ask, house: House): Promise<unknown> {
  const request = verb.ask(names, input);
  const audit = (outcome: string): void => {
    if (verb.effect === 'changes') log.info({verb: verb.name, target: request.target, outcome}, 'audit');
  };
  try {
    requireScope(caller, verb.name, request.room);
    const output = await request.run(house);
    audit('done');
    return output;
  } catch (thrown) {
    audit(toWireError(thrown).code);
    throw thrown;
  }
}
