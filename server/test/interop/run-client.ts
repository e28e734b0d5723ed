import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

/** One that has python-socketio, websocket-client and requests; `npm test` names it. */
export const python = process.env['PYTHON_BIN'] ?? '/usr/bin/python3';

/** A client in a process of its own that prints one JSON value per line. */
export interface RunningClient {
  readonly child: ChildProcessWithoutNullStreams;
  /** With its exit code and signal. */
  readonly ended: Promise<unknown[]>;
  /** The next value; rejects with what it said on its error output if it ended before. */
  next(): Promise<unknown>;
}

/** Starts a program where the packages of the server are found; `env` is added to this process's own. */
export function runClient(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningClient {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(program, args, {cwd, env: {...process.env, ...env}});
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    child,
    ended: once(child, 'close'),
    next: async () => {
      const line = await lines.next();
      if (line.done === true) throw new Error(`${program} ended early:\n${errors.join('')}`);
      return JSON.parse(line.value) as unknown;
    },
  };
}
