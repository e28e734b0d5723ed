import {randomBytes} from 'node:crypto';
import {parseArgs} from 'node:util';
import {roomPattern} from '@parley/protocol';
import {httpVerbs} from '../api/http-verbs.js';
import {matchesVerb} from '../api/access/caller.js';
import {hashOf, keyText, verbPattern, type StoredKey} from '../api/access/stored-key.js';
import {watch} from '../api/watch/watch.js';
import {ConfigError} from '../config/config-error.js';
import {durationMs, list} from '../config/values.js';

/** What keys can be for. A batch is as much as its items are. */
export const verbNames = (): string[] => [
  ...httpVerbs.flatMap(({verb}) => (verb.isBatch ? [] : verb.name)),
  watch.name,
];

const newText = (id: string): string => keyText(id, randomBytes(32).toString('base64url'));

/**
 * The key that the options of `create` describe, and what its owner presents.
 *
 * @throws {ConfigError} if one of them cannot be used
 */
export function newKey(args: readonly string[], now: number): [key: StoredKey, text: string] {
  const options = parse(args, ['name', 'verbs', 'rooms', 'rate', 'expires']);
  const {name} = options;
  if (name === undefined || name === '' || name.length > 100) {
    throw new ConfigError(['--name must say whose key it is, in at most 100 characters.']);
  }
  const verbs = list.parse(options['verbs'] ?? '*');
  for (const pattern of verbs) {
    if (!verbPattern.safeParse(pattern).success || !verbNames().some((verb) => matchesVerb(pattern, verb))) {
      throw new ConfigError([`--verbs: ${pattern} is no verb; parley keys verbs shows them.`]);
    }
  }
  const rooms = list.parse(options['rooms'] ?? '*');
  const odd = rooms.find((pattern) => !roomPattern.safeParse(pattern).success);
  if (odd !== undefined)
    throw new ConfigError([`--rooms: ${odd} is no room, nor the beginning of rooms followed by *.`]);
  const rate = options['rate'] === undefined ? undefined : Number(options['rate']);
  if (rate !== undefined && !(Number.isInteger(rate) && rate >= 1 && rate <= 1_000_000)) {
    throw new ConfigError(['--rate must be a whole number from 1 to 1000000.']);
  }
  const id = randomBytes(6).toString('hex');
  const text = newText(id);
  const key = {
    id,
    name,
    secrets: [{sha256: hashOf(text)}],
    verbs,
    rooms,
    ...(rate !== undefined && {requestsPerSecond: rate}),
    createdAt: now,
    ...(options['expires'] !== undefined && {expiresAt: now + lasting('expires', options['expires'])}),
  };
  return [key, text];
}

/**
 * What the options of `rotate` ask for: which key, and for how long its present secret stays good.
 *
 * @throws {ConfigError} if one of them cannot be used
 */
export function rotation(args: readonly string[]): {id: string | undefined; keepMs: number} {
  const {keep = '1d', id} = parse(args, ['keep']);
  return {id, keepMs: lasting('keep', keep)};
}

/** The key with one more secret, and what its owner presents from now on. */
export function rotated(key: StoredKey, keepMs: number, now: number): [key: StoredKey, text: string] {
  const text = newText(key.id);
  const [latest] = key.secrets.slice(-1);
  const kept = latest === undefined ? [] : [{...latest, until: now + keepMs}];
  return [changed({...key, secrets: [...kept, {sha256: hashOf(text)}]}, now), text];
}

export const revoked = (key: StoredKey, now: number): StoredKey =>
  changed({...key, revokedAt: key.revokedAt ?? now}, now);

/** Each change is later than the one before, whatever the clock says of whoever makes it. */
const changed = (key: StoredKey, now: number): StoredKey => ({
  ...key,
  changedAt: Math.max(now, (key.changedAt ?? key.createdAt) + 1),
});

function lasting(option: string, text: string): number {
  const parsed = durationMs('0ms', '3650d').safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError([`--${option} ${parsed.error.issues[0]?.message ?? 'is malformed'}.`]);
}

/** The options by their names; `id` is what stands without one. */
function parse(args: readonly string[], names: readonly string[]): Record<string, string | undefined> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, {type: 'string' as const}]));
    const {values, positionals} = parseArgs({args: [...args], options, allowPositionals: true});
    return {...values, id: positionals[0]};
  } catch (failure) {
    throw new ConfigError([`${failure instanceof Error ? failure.message : String(failure)}; see parley keys --help.`]);
  }
}
