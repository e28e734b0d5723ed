import {parseCommand, usage, UsageError, type Command} from './arguments.js';
import {runFanout} from './scenarios/fanout.js';
import {runIdle} from './scenarios/idle.js';

function run(command: Command): Promise<void> {
  switch (command.scenario) {
    case 'fanout':
      return runFanout(command.parameters, command);
    case 'idle':
      return runIdle(command.parameters, command);
  }
}

try {
  if (process.argv.includes('--help')) process.stdout.write(usage);
  else await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
