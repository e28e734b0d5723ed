import {parseCommand, usage} from './arguments.js';
import {UsageError} from './usage-error.js';

try {
  if (process.argv.includes('--help')) process.stdout.write(usage);
  else {
    const {scenario, given, ...comparison} = parseCommand(process.argv.slice(2));
    await scenario.run(given, comparison);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
