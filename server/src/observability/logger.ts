import {errorCatalogue, ParleyError} from '@parley/protocol';
import {destination, pino, type DestinationStream, type Logger as PinoLogger} from 'pino';
import {GatheredLines} from './gathered-lines.js';
import {humanLines} from './human-lines.js';
import {censored, redactedPaths, scrub} from './redaction.js';

/**
 * A log with its context. It is passed along and narrowed (`log.child({session})`), never global: node, then session,
 * room or correlation id. Ids go here; metrics have closed sets.
 */
export type Logger = PinoLogger;

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One JSON object a line, or for eyes: when standard output is a terminal. */
  readonly format: 'json' | 'human';
  /** Context of every line, the node's name above all. */
  readonly context?: Readonly<Record<string, string>>;
  /** Where finished lines go; standard output unless given. */
  readonly write?: (line: string) => void;
}

/**
 * The process's log. Secrets do not get into it: fields by their name (`token`, `key`, `authorization`, …) and, whatever
 * the field, what looks like a token, a bearer key or a password in an address.
 */
export function createLogger({level, format, context = {}, write}: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: context,
      redact: {paths: [...redactedPaths], censor: censored},
      hooks: {streamWrite: scrub},
    },
    stream(format, write),
  );
}

/**
 * The same log without the search for fields by their name, which costs several times what the line does: for lines that
 * have nothing but ids, and are as many as pushes. What looks like a secret is taken out of them as of all.
 */
export const forIds = (log: Logger): Pick<Logger, 'info'> => log.child({}, {redact: []});

function stream(format: LoggerOptions['format'], write: LoggerOptions['write']): DestinationStream {
  // Synchronous: the last lines of a process that dies are the ones that matter. By its number, since `process.stdout` makes
  // a pipe one that does not block, and whoever writes to a full one then sleeps instead of going on as soon as it is read.
  const out: DestinationStream = write === undefined ? destination({dest: 1, sync: true}) : {write};
  const pass = (lines: string): void => {
    out.write(lines);
  };
  if (format === 'json') return write === undefined ? new GatheredLines(pass) : out;
  return humanLines(pass, write === undefined);
}

/** Logs what was thrown at the level that its code has in the catalogue; what has no code is a defect, and an error. */
export function logThrown(
  log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>,
  thrown: unknown,
  message: string,
  context: object = {},
): void {
  if (thrown instanceof ParleyError) {
    const {level} = errorCatalogue[thrown.code];
    const cause = thrown.cause === undefined ? {} : {err: thrown.cause};
    log[level](
      {...context, ...cause, code: thrown.code, ...(thrown.field !== undefined && {field: thrown.field})},
      message,
    );
    return;
  }
  log.error({...context, err: thrown}, message);
}
