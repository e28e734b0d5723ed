import {Refusal} from './refusal.mjs';

const parentCheckMs = 500;

/**
 * Runs a script. Its number becomes the exit code; a refusal is printed as its sentence, any other failure with its stack.
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  endWithNpm();
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * npm passes signals on to the shell that it runs a script in, and a shell that dies of one leaves the script behind:
 * without this, `kill` of `npm start` would end everything but the server.
 */
function endWithNpm() {
  if (!process.env['npm_lifecycle_event']) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, parentCheckMs);
  timer.unref();
}
