import {fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Jobs} from './jobs.js';

type ParamsOf<Name extends keyof Jobs> = Parameters<Jobs[Name]>[0];
type ResultOf<Name extends keyof Jobs> = Awaited<ReturnType<Jobs[Name]>>;

/** What the process is told. */
export type Order = {[Name in keyof Jobs]: {readonly job: Name; readonly params: ParamsOf<Name>}}[keyof Jobs];

/** What it tells. */
export type Report =
  | {readonly kind: 'progress'; readonly text: string}
  | {readonly kind: 'done'; readonly result: unknown}
  | {readonly kind: 'failed'; readonly message: string};

const program = fileURLToPath(new URL('process.js', import.meta.url));

/**
 * Does a job with WebRTC peers in a process of its own, which is ended by force when it is done: libdatachannel's threads
 * may wait for the one that waits for them, and its end is not what is measured.
 */
export async function apart<Name extends keyof Jobs>(
  job: Name,
  params: ParamsOf<Name>,
  onProgress: (text: string) => void = () => undefined,
): Promise<ResultOf<Name>> {
  const one = startApart(job, params, onProgress);
  try {
    return await one.result;
  } finally {
    one.end();
  }
}

/** A job that is under way in its process. */
export interface Apart<Result> {
  readonly pid: number;
  readonly result: Promise<Result>;
  end(): void;
}

/** As {@link apart}, for whoever has something in mind with the process. */
export function startApart<Name extends keyof Jobs>(
  job: Name,
  params: ParamsOf<Name>,
  onProgress: (text: string) => void,
): Apart<ResultOf<Name>> {
  const child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
  return {
    pid: child.pid ?? 0,
    result: new Promise<ResultOf<Name>>((resolve, reject) => {
      child.on('exit', (code, signal) => {
        reject(new Error(`The process of the WebRTC peers ended (${String(code ?? signal)}).`));
      });
      child.on('message', (report: Report) => {
        if (report.kind === 'progress') onProgress(report.text);
        else if (report.kind === 'failed') reject(new Error(report.message));
        else resolve(report.result as ResultOf<Name>);
      });
      child.send({job, params});
    }),
    end: () => {
      child.removeAllListeners();
      child.kill('SIGKILL');
    },
  };
}
