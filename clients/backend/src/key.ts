/**
 * An API key as a header can carry it.
 *
 * @throws {TypeError} if it is empty, or has other characters than visible ASCII
 */
export function headerSafe(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('The API key is empty, or has characters that no key has.');
  return key;
}
