import {z} from 'zod';
import {namesOfEvents} from './event-names.js';
import {haveOwnNames, readSetting, targetFields} from './read-setting.js';
import type {Receiver} from './receiver.js';

const maxReceivers = 16;

const pattern = z
  .string()
  .refine(
    (given) =>
      given === '*' ||
      namesOfEvents.some((name) => (given.endsWith('.*') ? name.startsWith(given.slice(0, -1)) : name === given)),
    {error: `must be *, or one of ${namesOfEvents.join(', ')}, or a beginning such as session.*`},
  );

/** Everything but what is said in rooms: that is for who asks for it. */
const usualEvents = namesOfEvents.filter((name) => name !== 'chat.message');

const receiver = z.strictObject({
  ...targetFields,
  events: z.array(pattern).min(1).max(50).default(usualEvents),
  concurrency: z.number().int().min(1).max(64).default(8),
  timeoutMs: z.number().int().min(100).max(60_000).default(10_000),
  retryForMs: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 3_600_000)
    .default(3_600_000),
});

const receivers = z.array(receiver).max(maxReceivers).refine(haveOwnNames, 'must not have two of the same name');

/**
 * Who is told, from the text of `PARLEY_WEBHOOKS`.
 *
 * @throws {ConfigError} with a sentence for each field that cannot be used, and no secret
 */
export const readReceivers = (given: string | undefined): readonly Receiver[] =>
  readSetting('PARLEY_WEBHOOKS', given, receivers);
