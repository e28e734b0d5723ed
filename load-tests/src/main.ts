import {parseCommand, usage, UsageError} from './arguments.js';
import {runFanout} from './scenarios/fanout.js';

try {
  if (process.argv.includes('--help')) process.stdout.write(usage);
  else await runFanout(parseCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
