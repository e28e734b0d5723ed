import {randomBytes} from 'node:crypto';
import type {Ids} from '@parley/signaling';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 21;
const poolBytes = 4_096;

/**
 * Ids of letters and digits only, so that they fit every id schema of the contract (some allow no `_`, none a leading
 * `-`): 21 of 62 characters are 125 random bits.
 */
export function createIds(): Ids {
  let pool = Buffer.alloc(0);
  let next = 0;

  const character = (): string => {
    for (;;) {
      if (next === pool.length) {
        pool = randomBytes(poolBytes);
        next = 0;
      }
      // Six bits of a byte, and again if they are beyond the alphabet: a remainder would favour its beginning.
      const picked = alphabet[pool.readUInt8(next++) & 63];
      if (picked !== undefined) return picked;
    }
  };

  return {
    id: () => Array.from({length: idLength}, character).join(''),
    secret: () => randomBytes(32).toString('base64url'),
  };
}
