import {timingSafeEqual} from 'node:crypto';
import {roomPattern} from '@parley/protocol';
import {z} from 'zod';
import {sha256} from './bearer.js';

const moment = z.number().int().min(0);

/** The name of a verb, the beginning of names followed by `*`, or `*` for all. */
export const verbPattern = z
  .string()
  .regex(/^(?:[a-z][A-Za-z.]{0,63}\*?|\*)$/, 'a verb, or the beginning of verbs followed by *');

/** A key as it is kept: its secrets are not in it, only their hashes. Times are in milliseconds since the Unix epoch. */
export const storedKey = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9]{6,32}$/),
  name: z.string().min(1).max(100),
  /** SHA-256 in hexadecimal; the secrets are random, so that nothing slower is needed. Two while one takes the place of the other. */
  secrets: z
    .array(z.strictObject({sha256: z.string().regex(/^[0-9a-f]{64}$/), until: moment.optional()}))
    .min(1)
    .max(2),
  verbs: z.array(verbPattern).min(1).max(100),
  rooms: z.array(roomPattern).min(1).max(100),
  /** On each node; that of the configuration unless given. */
  requestsPerSecond: z.number().int().min(1).max(1_000_000).optional(),
  createdAt: moment,
  /** When it was last rotated or revoked: of two that have the same id the later one holds. */
  changedAt: moment.optional(),
  expiresAt: moment.optional(),
  revokedAt: moment.optional(),
});
export type StoredKey = z.infer<typeof storedKey>;

/** A key from its JSON; undefined if it is none. */
export function readStoredKey(text: string): StoredKey | undefined {
  try {
    return storedKey.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const beginning = 'parley';

/** A key as a backend presents it. */
export const keyText = (id: string, secret: string): string => `${beginning}_${id}_${secret}`;

/** Which key it claims to be; undefined if it has not the form of one. */
export const idOf = (presented: string): string | undefined => /^parley_([A-Za-z0-9]{6,32})_.+$/.exec(presented)?.[1];

export const hashOf = (presented: string): string => sha256(presented).toString('hex');

/** What is compared with when there is no such key, so that this takes no less time. */
const nobody = sha256('');

/**
 * The hash of the secret that was presented, if it is one of the key's and good now. Every secret is looked at, in constant time.
 */
export function goodSecret(key: StoredKey | undefined, presented: string, now: number): string | undefined {
  const hash = sha256(presented);
  let good: string | undefined;
  for (const {sha256: known, until} of key?.secrets ?? [{sha256: nobody.toString('hex'), until: 0}]) {
    const same = timingSafeEqual(hash, Buffer.from(known, 'hex'));
    if (same && (until === undefined || now < until)) good = known;
  }
  return key !== undefined && standingOf(key, now) === 'good' ? good : undefined;
}

/** By which the uses of a secret are kept: it tells nothing of the secret, and which one of a key's it was. */
export const useName = (id: string, secretHash: string): string => `${id} ${secretHash.slice(0, 8)}`;

/** Most keys of a file, or of a cluster. */
export const mostKeys = 10_000;

export function standingOf({expiresAt, revokedAt}: StoredKey, now: number): 'good' | 'expired' | 'revoked' {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && now >= expiresAt ? 'expired' : 'good';
}
