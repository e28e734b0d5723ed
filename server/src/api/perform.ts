import {toWireError} from '@parley/protocol';
import {forIds} from '../observability/logger.js';
import {requireScope} from './access/caller.js';
import type {House} from './verbs/house.js';
import type {Request, Verb} from './verbs/verb.js';
import type {Visitor} from './visitor.js';

/** What a backend asks for, as the door took it in. */
export interface Ask extends Visitor {
  readonly verb: Verb;
  readonly names: unknown;
  readonly input: unknown;
}

/**
 * Does what a backend asks for, through whatever door: looks at the parameters, at what the caller may, does it, and
 * writes an audit line for whatever changes something, also if it was refused.
 *
 * Rejects with a ParleyError, or with a defect of ours.
 */
export async function perform(ask: Ask, house: House): Promise<unknown> {
  const {verb, names, input, caller} = ask;
  const request = verb.ask(names, input);
  // A batch is as many requests, each of which is looked at for itself.
  if (verb.isBatch === true) return request.run(house, ask);
  return audited(ask, verb, request, () => {
    requireScope(caller, verb.name, request.room);
    return request.run(house, ask);
  });
}

/** Does a deed, and writes what became of it to the audit log if the verb changes something. */
export async function audited<T>(
  {log}: Pick<Visitor, 'log'>,
  verb: Verb,
  request: Request,
  deed: () => Promise<T>,
): Promise<T> {
  const audit = (outcome: string): void => {
    if (verb.effect === 'changes') forIds(log).info({verb: verb.name, target: request.target, outcome}, 'audit');
  };
  try {
    const output = await deed();
    audit('done');
    return output;
  } catch (thrown) {
    audit(toWireError(thrown).code);
    throw thrown;
  }
}
