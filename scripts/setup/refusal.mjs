/** A failure that the person at the terminal can mend: the message is one sentence and names the remedy. */
export class Refusal extends Error {}

/**
 * Runs a script. Its number becomes the exit code; a refusal is printed as its sentence, any other failure with its stack.
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
}
