import type {DestinationStream} from 'pino';

interface Line {
  readonly level?: unknown;
  readonly time?: unknown;
  readonly msg?: unknown;
  readonly err?: unknown;
  readonly [field: string]: unknown;
}

const levels: ReadonlyMap<unknown, {label: string; colour: number}> = new Map([
  [10, {label: 'trace', colour: 90}],
  [20, {label: 'debug', colour: 90}],
  [30, {label: 'info ', colour: 32}],
  [40, {label: 'warn ', colour: 33}],
  [50, {label: 'error', colour: 31}],
  [60, {label: 'fatal', colour: 35}],
]);

/**
 * For eyes instead of for machines: `12:34:56.789 info  text  field=value`, an error's stack below. A few lines here
 * instead of pino-pretty and what it depends on; a line that is no JSON passes as it is.
 */
export function humanLines(write: (text: string) => void, colours: boolean): DestinationStream {
  return {
    write: (text) => {
      write(format(text, colours));
    },
  };
}

function format(text: string, colours: boolean): string {
  const line = parse(text);
  if (line === undefined) return text;
  const {level, time, msg, err, ...fields} = line;
  const paint = (colour: number, part: string): string => (colours ? `\x1b[${colour}m${part}\x1b[0m` : part);
  const {label, colour} = levels.get(level) ?? {label: 'log  ', colour: 0};
  const clock = typeof time === 'number' ? new Date(time).toISOString().slice(11, 23) : '';
  const details = Object.entries(fields).map(([name, value]) => paint(90, `${name}=${show(value)}`));
  const head = [paint(90, clock), paint(colour, label), show(msg), ...details].filter((part) => part !== '').join(' ');
  return err === undefined ? `${head}\n` : `${head}\n${paint(90, stackOf(err))}\n`;
}

function parse(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? {...line} : undefined;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function stackOf(error: unknown): string {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? error.stack : error;
  return show(stack)
    .split('\n')
    .map((row) => `    ${row.trim()}`)
    .join('\n');
}
