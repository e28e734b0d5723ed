import {hook} from '@parley/protocol';
import {z} from 'zod';
import {haveOwnNames, readSetting, targetFields} from '../webhooks/read-setting.js';
import type {Receiver} from '../webhooks/receiver.js';

/** A backend of the application that is asked before something happens: one entry of `PARLEY_HOOKS`. */
export interface BackendSetting extends Omit<Receiver, 'events' | 'retryForMs'> {
  /** The hooks that it decides, and what counts if it does not answer: `open` lets everything happen, `closed` nothing. */
  readonly hooks: Readonly<Partial<Record<hook.HookName, 'open' | 'closed'>>>;
}

const fails = z.enum(['open', 'closed']).optional();

const backend = z.strictObject({
  ...targetFields,
  hooks: z
    .strictObject({connect: fails, join: fails, publish: fails, callJoin: fails} satisfies Record<
      hook.HookName,
      unknown
    >)
    .refine((given) => Object.keys(given).length > 0, `must have at least one of ${hook.names.join(', ')}`)
    .transform(withoutUndefined),
  timeoutMs: z.number().int().min(100).max(10_000).default(2_000),
  concurrency: z.number().int().min(1).max(1_000).default(32),
});

const backends = z
  .array(backend)
  .max(hook.names.length)
  .refine(haveOwnNames, 'must not have two of the same name')
  .refine((all) => {
    const decided = all.flatMap(({hooks}) => Object.keys(hooks));
    return new Set(decided).size === decided.length;
  }, 'must not have two that decide the same hook');

/**
 * Who is asked what, from the text of `PARLEY_HOOKS`.
 *
 * @throws {ConfigError} with a sentence for each field that cannot be used, and no secret
 */
export const readBackends = (given: string | undefined): readonly BackendSetting[] =>
  readSetting('PARLEY_HOOKS', given, backends);

function withoutUndefined(
  hooks: Partial<Record<hook.HookName, 'open' | 'closed' | undefined>>,
): BackendSetting['hooks'] {
  const entries = Object.entries(hooks).filter(([, policy]) => policy !== undefined);
  return Object.fromEntries(entries);
}
