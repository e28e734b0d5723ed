import {KeyFileError, readKeyFile} from '../api/access/key-file.js';
import {standingOf, useName, type StoredKey} from '../api/access/stored-key.js';
import {ConfigError} from '../config/config-error.js';
import {newVapidKeys} from '../web-push/vapid.js';
import type {KeyChange, KeyShelf} from './key-shelf.js';
import {newKey, revoked, rotated, rotation, verbNames} from './new-key.js';

const keysUsage = `Usage: parley keys <command> [options]

Keys of backends are kept in the file that PARLEY_API_KEYS_FILE names, whose changes nodes take up within a second; or, with
PARLEY_API_KEYS_IN_REDIS=1 and REDIS_URL, in Redis for all nodes of the cluster, which take them up within two.

  create --name <name>    make a key and print it: it is not kept, and is shown this once
    --verbs <list>          what it is for: verbs, or beginnings of verbs with *, such as push.*,rooms.get; * unless given
    --rooms <list>          rooms it is for, or beginnings of rooms with *; * unless given. A key for some rooms may only
                            do what concerns one room
    --rate <number>         requests per second on each node; PARLEY_API_REQUESTS_PER_SECOND unless given
    --expires <duration>    such as 12h or 90d; never unless given
  rotate <id>             give a key a new secret and print it
    --keep <duration>       how long the secret that it had stays good beside it; 1d unless given
  revoke <id>             refuse a key from now on
  list                    print the keys, without their secrets, and when they were last used (to the minute)
  import <file>           take over the keys of a file, such as that of PARLEY_API_KEYS_FILE before
  verbs                   print what keys can be for
  vapid                   make the pair of keys that web push is signed with, and print it as settings; kept in no file
`;

export interface KeysSurroundings {
  /** Where keys are kept; asked for where a command needs it. Rejects with a ConfigError if that is nowhere. */
  readonly shelf: () => Promise<KeyShelf>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Does what `parley keys …` says, and resolves with what it prints. Rejects with a ConfigError if it cannot be done; its sentences
 * say what to do.
 */
export async function keysCommand(args: readonly string[], {shelf: open, now}: KeysSurroundings): Promise<string> {
  const [command, ...rest] = args;
  if (command === undefined || command === '--help') return keysUsage;
  if (command === 'verbs') return `${verbNames().join('\n')}\n`;
  if (command === 'vapid') return vapid();
  const shelf = await open();
  try {
    return await onShelf(shelf, command, rest, now);
  } finally {
    shelf.close();
  }
}

async function onShelf(shelf: KeyShelf, command: string, rest: readonly string[], now: number): Promise<string> {
  switch (command) {
    case 'list': {
      const [keys, uses] = await Promise.all([shelf.all(), shelf.lastUses()]);
      return keys.length === 0 ? 'There are no keys.\n' : `${keys.map((key) => describe(key, uses, now)).join('\n')}\n`;
    }
    case 'create': {
      const [key, text] = newKey(rest, now);
      await shelf.add(key);
      return `${text}\n`;
    }
    case 'rotate': {
      const {id, keepMs} = rotation(rest);
      let shown = '';
      await change(shelf, id, (key) => {
        const [next, text] = rotated(key, keepMs, now);
        shown = text;
        return next;
      });
      return `${shown}\n`;
    }
    case 'revoke': {
      const [id] = rest;
      await change(shelf, id, (key) => revoked(key, now));
      return `${id} is refused within ${shelf.heededWithin}.\n`;
    }
    case 'import':
      return importKeys(shelf, rest[0]);
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

async function change(shelf: KeyShelf, id: string | undefined, how: (key: StoredKey) => StoredKey): Promise<void> {
  const done = id === undefined ? undefined : await shelf.change(id, how);
  if (done !== undefined) return forgetLeft(shelf, done);
  throw new ConfigError([`There is no key ${id ?? ''}; parley keys list shows them.`]);
}

/** It is done by now, and a new secret has to be shown: that uses of one that is gone cannot be forgotten is no failure. */
async function forgetLeft(shelf: KeyShelf, {before, after}: KeyChange): Promise<void> {
  const left = new Set(namesOf(after));
  const gone = namesOf(before).filter((name) => !left.has(name));
  if (gone.length > 0) await shelf.forgetUses(gone).catch(() => undefined);
}

const namesOf = ({id, secrets}: StoredKey): readonly string[] => secrets.map(({sha256}) => useName(id, sha256));

/** Keys that are there already stay as they are. */
async function importKeys(shelf: KeyShelf, file: string | undefined): Promise<string> {
  if (file === undefined) throw new ConfigError(['Say which file the keys are in: parley keys import <file>.']);
  let found: readonly StoredKey[];
  try {
    found = readKeyFile(file);
  } catch (failure) {
    if (failure instanceof KeyFileError) throw new ConfigError([`${failure.message}.`]);
    throw failure;
  }
  const there = new Set((await shelf.all()).map(({id}) => id));
  const missing = found.filter(({id}) => !there.has(id));
  for (const key of missing) await shelf.add(key);
  return `${missing.length} of ${found.length} keys were taken over; the others were there already.\n`;
}

function describe(key: StoredKey, uses: ReadonlyMap<string, number>, now: number): string {
  const {id, name, verbs, rooms, requestsPerSecond, createdAt, expiresAt, secrets} = key;
  const used = ({sha256}: StoredKey['secrets'][number]): string => {
    const at = uses.get(useName(id, sha256));
    return at === undefined ? 'not used yet' : `last used ${day(at)}`;
  };
  const facts = [
    standingOf(key, now),
    `verbs ${verbs.join(',')}`,
    `rooms ${rooms.join(',')}`,
    ...(requestsPerSecond === undefined ? [] : [`${requestsPerSecond} per second`]),
    `made ${day(createdAt)}`,
    ...(expiresAt === undefined ? [] : [`expires ${day(expiresAt)}`]),
    ...secrets.flatMap((secret) => {
      const {until} = secret;
      if (until === undefined) return used(secret);
      return now < until ? `old secret good until ${day(until)}, ${used(secret)}` : [];
    }),
  ];
  return `${id}  ${name}: ${facts.join('; ')}`;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
