import {createLogger, type Logger} from '../src/observability/logger.js';

/** A log whose errors fail loudly in the test's output, and whose other lines are kept to themselves. */
export function quietLog(): Logger {
  return createLogger({
    level: 'error',
    format: 'json',
    write: (line) => {
      process.stderr.write(line.endsWith('\n') ? line : `${line}\n`);
    },
  });
}
