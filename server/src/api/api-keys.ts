import {createHash, timingSafeEqual} from 'node:crypto';

interface KnownKey {
  readonly hash: Buffer;
  readonly fingerprint: string;
}

const maxKeyCharacters = 1_024;

/**
 * The keys that backends may present. Only their hashes are kept.
 *
 * A presented key is hashed and compared with every known one, always all of them and in constant time: neither the
 * length, nor a common beginning, nor which key it was shows in how long it takes.
 */
export class ApiKeys {
  readonly #known: readonly KnownKey[];

  constructor(keys: readonly string[]) {
    this.#known = keys.map((key) => {
      const hash = sha256(key);
      return {hash, fingerprint: hash.toString('hex').slice(0, 8)};
    });
  }

  /**
   * Who presents an `Authorization: Bearer …` header: a fingerprint that names the key in the log without giving it
   * away. Undefined if there is no such key.
   */
  identify(authorization: string | undefined): string | undefined {
    const presented = bearer(authorization);
    if (presented === undefined) return undefined;
    const hash = sha256(presented);
    let caller: string | undefined;
    for (const known of this.#known) {
      if (timingSafeEqual(hash, known.hash)) caller = known.fingerprint;
    }
    return caller;
  }
}

function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > maxKeyCharacters) return undefined;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
