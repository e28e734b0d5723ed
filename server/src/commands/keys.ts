import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {roomPattern} from '@parley/protocol';
import {httpVerbs} from '../api/http-verbs.js';
import {matchesVerb} from '../api/access/caller.js';
import {KeyFileError, readKeyFile, writeKeyFile} from '../api/access/key-file.js';
import {hashOf, keyText, standingOf, verbPattern, type StoredKey} from '../api/access/stored-key.js';
import {watch} from '../api/watch/watch.js';
import {ConfigError} from '../config/config-error.js';
import {durationMs, list} from '../config/values.js';
import {newVapidKeys} from '../web-push/vapid.js';

const keysUsage = `Usage: parley keys <command> [options]

Keys of backends are kept in the file that PARLEY_API_KEYS_FILE names; nodes take up changes within a second.

  create --name <name>    make a key and print it: it is not kept, and is shown this once
    --verbs <list>          what it is for: verbs, or beginnings of verbs with *, such as push.*,rooms.get; * unless given
    --rooms <list>          rooms it is for, or beginnings of rooms with *; * unless given. A key for some rooms may only
                            do what concerns one room
    --rate <number>         requests per second on each node; PARLEY_API_REQUESTS_PER_SECOND unless given
    --expires <duration>    such as 12h or 90d; never unless given
  rotate <id>             give a key a new secret and print it
    --keep <duration>       how long the secret that it had stays good beside it; 1d unless given
  revoke <id>             refuse a key from now on
  list                    print the keys, without their secrets
  verbs                   print what keys can be for
  vapid                   make the pair of keys that web push is signed with, and print it as settings; kept in no file
`;

export interface KeysSurroundings {
  /** Value of PARLEY_API_KEYS_FILE. */
  readonly file: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Does what `parley keys …` says, and returns what it prints.
 *
 * @throws {ConfigError} if it cannot be done; its sentences say what to do
 */
export function keysCommand(args: readonly string[], {file, now}: KeysSurroundings): string {
  const [command, ...rest] = args;
  if (command === undefined || command === '--help') return keysUsage;
  if (command === 'verbs') return `${verbNames().join('\n')}\n`;
  if (command === 'vapid') return vapid();
  if (file === undefined) throw new ConfigError(['Set PARLEY_API_KEYS_FILE to the file that the keys are kept in.']);
  const keys = keysOf(file);
  switch (command) {
    case 'list':
      return keys.length === 0 ? 'There are no keys.\n' : `${keys.map((key) => describe(key, now)).join('\n')}\n`;
    case 'create': {
      const [key, text] = create(rest, now);
      writeKeyFile(file, [...keys, key]);
      return `${text}\n`;
    }
    case 'rotate': {
      const [id, keepMs] = rotation(rest);
      const key = find(keys, id);
      const text = newText(key.id);
      const [latest] = key.secrets.slice(-1);
      const kept = latest === undefined ? [] : [{...latest, until: now + keepMs}];
      replace(file, keys, {...key, secrets: [...kept, {sha256: hashOf(text)}]});
      return `${text}\n`;
    }
    case 'revoke': {
      const key = find(keys, rest[0]);
      replace(file, keys, {...key, revokedAt: key.revokedAt ?? now});
      return `${key.id} is refused from now on.\n`;
    }
    default:
      throw new ConfigError([`${command} is no command of parley keys; see parley keys --help.`]);
  }
}

function vapid(): string {
  const {publicKey, privateKey} = newVapidKeys();
  return `# The public half, which browsers are given by the server: ${publicKey}
PARLEY_WEB_PUSH_KEY=${privateKey}
PARLEY_WEB_PUSH_CONTACT=mailto:somebody@example.org
`;
}

/** A batch is as much as its items are. */
const verbNames = (): string[] => [...httpVerbs.flatMap(({verb}) => (verb.isBatch ? [] : verb.name)), watch.name];

function keysOf(file: string): StoredKey[] {
  if (!existsSync(file)) return [];
  try {
    return readKeyFile(file);
  } catch (failure) {
    if (failure instanceof KeyFileError) throw new ConfigError([`PARLEY_API_KEYS_FILE: ${failure.message}.`]);
    throw failure;
  }
}

function find(keys: readonly StoredKey[], id: string | undefined): StoredKey {
  const key = keys.find((one) => one.id === id);
  if (key === undefined) throw new ConfigError([`There is no key ${id ?? ''}; parley keys list shows them.`]);
  return key;
}

const replace = (file: string, keys: readonly StoredKey[], changed: StoredKey): void => {
  writeKeyFile(
    file,
    keys.map((key) => (key.id === changed.id ? changed : key)),
  );
};

const newText = (id: string): string => keyText(id, randomBytes(32).toString('base64url'));

function create(args: readonly string[], now: number): [key: StoredKey, text: string] {
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

function rotation(args: readonly string[]): [id: string | undefined, keepMs: number] {
  const {keep = '1d', id} = parse(args, ['keep']);
  return [id, lasting('keep', keep)];
}

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

function describe(key: StoredKey, now: number): string {
  const {id, name, verbs, rooms, requestsPerSecond, createdAt, expiresAt, secrets} = key;
  const facts = [
    standingOf(key, now),
    `verbs ${verbs.join(',')}`,
    `rooms ${rooms.join(',')}`,
    ...(requestsPerSecond === undefined ? [] : [`${requestsPerSecond} per second`]),
    `made ${day(createdAt)}`,
    ...(expiresAt === undefined ? [] : [`expires ${day(expiresAt)}`]),
    ...secrets.flatMap(({until}) =>
      until !== undefined && now < until ? [`old secret good until ${day(until)}`] : [],
    ),
  ];
  return `${id}  ${name}: ${facts.join('; ')}`;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
