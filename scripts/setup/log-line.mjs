const levels = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** Said by the line's prefix, or of no interest to somebody who watches. */
const left = new Set(['level', 'time', 'msg', 'node', 'pid', 'hostname', 'v']);

/**
 * A node writes JSON when its output is no terminal; this makes it one readable line. Other lines stay as they are.
 * @param {string} line
 */
export function readableLine(line) {
  /** @type {Record<string, unknown>} */
  let fields;
  try {
    fields = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof fields?.['msg'] !== 'string') return line;
  const level = levels.get(Number(fields['level'])) ?? '';
  const rest = Object.entries(fields).filter(([name]) => !left.has(name));
  const details = rest.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [level.padEnd(5), fields['msg'], ...details].join(' ');
}
