import {readFileSync} from 'node:fs';
import {z} from 'zod';
import {ConfigError} from '../config/config-error.js';
import {namesOfEvents} from './event-names.js';
import type {Receiver} from './receiver.js';
import {readSecret} from './signature.js';

const maxReceivers = 16;

const secret = z.string().transform((given, context) => {
  const bytes = readSecret(given);
  if (bytes !== undefined) return bytes;
  // The text itself must not be shown.
  context.addIssue({code: 'custom', message: 'must be whsec_ and the base64 of 24 to 64 bytes'});
  return z.NEVER;
});

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
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 small letters, digits and -'),
  url: z
    .string()
    .refine(
      (given) => URL.canParse(given) && /^https?:$/.test(new URL(given).protocol),
      'must be an http or https address',
    ),
  secrets: z.array(secret).min(1, 'must have at least one').max(5),
  events: z.array(pattern).min(1).max(50).default(usualEvents),
  allowPrivate: z.boolean().default(false),
  concurrency: z.number().int().min(1).max(64).default(8),
  timeoutMs: z.number().int().min(100).max(60_000).default(10_000),
  retryForMs: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 3_600_000)
    .default(3_600_000),
});

const receivers = z
  .array(receiver)
  .max(maxReceivers)
  .refine((all) => new Set(all.map(({name}) => name)).size === all.length, 'must not have two of the same name');

/**
 * Who is told, from the text of `PARLEY_WEBHOOKS`.
 *
 * @throws {ConfigError} with a sentence for each field that cannot be used, and no secret
 */
export function readReceivers(given: string | undefined): readonly Receiver[] {
  if (given === undefined || given.trim() === '') return [];
  const read = receivers.safeParse(parse(given));
  if (read.success) return read.data;
  throw new ConfigError(read.error.issues.map(({path, message}) => `PARLEY_WEBHOOKS${where(path)}: ${message}.`));
}

function parse(given: string): unknown {
  let text = given;
  try {
    if (!given.trimStart().startsWith('[')) text = readFileSync(given, 'utf8');
  } catch {
    throw new ConfigError(['PARLEY_WEBHOOKS must be a JSON array, or the path of a file that can be read.']);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(['PARLEY_WEBHOOKS is not valid JSON.']);
  }
}

const where = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
