import type {Json} from '@parley/protocol';

const mostFields = 8;

/** Names and texts of a push's fields; undefined if it is no small object of plain values. */
export function pushFields(data: Json): readonly (readonly [string, string])[] | undefined {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return undefined;
  const fields = Object.entries(data);
  if (fields.length > mostFields) return undefined;
  const texts: [string, string][] = [];
  for (const [name, value] of fields) {
    if (value !== null && typeof value === 'object') return undefined;
    texts.push([name, String(value)]);
  }
  return texts;
}

const longestLine = 300;

/** A push in one line. */
export function pushLine(data: Json): string {
  const line =
    pushFields(data)
      ?.map(([name, value]) => `${name}: ${value}`)
      .join(' · ') ?? (typeof data === 'string' ? data : JSON.stringify(data));
  return line.length > longestLine ? `${line.slice(0, longestLine)} …` : line;
}
