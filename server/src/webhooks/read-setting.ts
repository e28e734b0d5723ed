import {readFileSync} from 'node:fs';
import {z} from 'zod';
import {ConfigError} from '../config/config-error.js';
import {readSecret} from './signature.js';

const secret = z.string().transform((given, context) => {
  const bytes = readSecret(given);
  if (bytes !== undefined) return bytes;
  // The text itself must not be shown.
  context.addIssue({code: 'custom', message: 'must be whsec_ and the base64 of 24 to 64 bytes'});
  return z.NEVER;
});

/** What every entry has that says whom to post to. */
export const targetFields = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 small letters, digits and -'),
  url: z
    .string()
    .refine(
      (given) => URL.canParse(given) && /^https?:$/.test(new URL(given).protocol),
      'must be an http or https address',
    ),
  secrets: z.array(secret).min(1, 'must have at least one').max(5),
  allowPrivate: z.boolean().default(false),
};

/** No two entries of the same name. */
export const haveOwnNames = (all: readonly {readonly name: string}[]): boolean =>
  new Set(all.map(({name}) => name)).size === all.length;

/**
 * The entries of a setting that is a JSON array, or the path of a file with one; empty if there is none.
 *
 * @throws {ConfigError} with a sentence for each field that cannot be used, and no secret
 */
export function readSetting<T>(
  setting: string,
  given: string | undefined,
  schema: z.ZodType<readonly T[]>,
): readonly T[] {
  if (given === undefined || given.trim() === '') return [];
  const read = schema.safeParse(parse(setting, given));
  if (read.success) return read.data;
  throw new ConfigError(read.error.issues.map(({path, message}) => `${setting}${where(path)}: ${message}.`));
}

function parse(setting: string, given: string): unknown {
  let text = given;
  try {
    if (!given.trimStart().startsWith('[')) text = readFileSync(given, 'utf8');
  } catch {
    throw new ConfigError([`${setting} must be a JSON array, or the path of a file that can be read.`]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError([`${setting} is not valid JSON.`]);
  }
}

const where = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
