/** Readers of what Redis answers: each gives the value if it is of the expected shape, and throws a defect if it is not. */

const odd = (value: unknown, expected: string): Error =>
  new Error(`Redis answered with ${value === null ? 'null' : typeof value} instead of ${expected}.`);

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw odd(value, 'a text');
}

export function integer(value: unknown): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw odd(value, 'an integer');
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw odd(value, 'a list');
}

export function texts(value: unknown): readonly string[] {
  return list(value).map(text);
}

/** From `[field, value, field, value, …]`. */
export function fields(value: unknown): ReadonlyMap<string, string> {
  const words = texts(value);
  const found = new Map<string, string>();
  for (let index = 0; index + 1 < words.length; index += 2) found.set(words[index] ?? '', words[index + 1] ?? '');
  return found;
}
