import {createHash} from 'node:crypto';

/** Of a token with many rooms. */
const maxKeyCharacters = 8_192;

/** What an `Authorization: Bearer …` header presents. */
export function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > maxKeyCharacters) return undefined;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
