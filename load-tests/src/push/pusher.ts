import {fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {PusherOrder, PusherReport} from './pusher-messages.js';

const program = fileURLToPath(new URL('pusher-process.js', import.meta.url));

/** Pushes from a process of its own, and gives how many there were. Rejects if one was refused. */
export function pushFromOutside(order: PusherOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
    child.on('exit', (code) => {
      reject(new Error(`the pushing process ended (${String(code)})`));
    });
    child.on('message', (report: PusherReport) => {
      if (report.kind === 'pushed') resolve(report.pushed);
      else reject(new Error(report.message));
      child.kill('SIGKILL');
    });
    child.send(order);
  });
}
