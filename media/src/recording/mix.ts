import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {rename, rm} from 'node:fs/promises';
import {constants, setPriority} from 'node:os';
import {join} from 'node:path';
import type {MediaClock} from '../clock.js';
import {sizeOfFile} from './disk.js';
import {mixFile, planMix, type MixPlan} from './mix-plan.js';
import type {MixResult, RecordingList} from './recording-list.js';

/** A mix may take so many times the length of what is mixed, and a while for its start. */
const slowest = 24;
const startMs = 600_000;
const mostErrorCharacters = 1_000;

export interface MixOptions {
  readonly ffmpeg: string;
  readonly clock: MediaClock;
  /** Of the picture, in pixels. */
  readonly mixedHeight: number;
  /** Ends it: what was made so far is removed. */
  readonly signal: AbortSignal;
}

/**
 * Makes one file of all tracks in a recording's folder, behind everything else that wants the processor. Rejects with the
 * signal's reason alone: what cannot be made is told.
 */
export async function mix(folder: string, list: RecordingList, options: MixOptions): Promise<MixResult> {
  const {signal, mixedHeight} = options;
  const unfinished = `${mixFile}.new`;
  try {
    const {zeroAt, startedAt, stoppedAt} = list;
    const plan = planMix(await existing(folder, list), (stoppedAt ?? startedAt) - (zeroAt ?? startedAt), mixedHeight);
    if (plan === undefined) return {state: 'failed', reason: 'there is nothing to mix'};
    await run(folder, plan, unfinished, options);
    await rename(join(folder, unfinished), join(folder, mixFile));
    return {state: 'made', file: mixFile};
  } catch (thrown) {
    await rm(join(folder, unfinished), {force: true});
    signal.throwIfAborted();
    return {state: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown)};
  }
}

/** Tracks in whose file there is something. */
async function existing(folder: string, {tracks}: RecordingList): Promise<RecordingList['tracks']> {
  const sizes = await Promise.all(tracks.map(({file}) => sizeOfFile(join(folder, file))));
  return tracks.filter((_, index) => (sizes[index] ?? 0) > 0);
}

async function run(folder: string, plan: MixPlan, file: string, {ffmpeg, clock, signal}: MixOptions): Promise<void> {
  signal.throwIfAborted();
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'];
  const child = spawn(ffmpeg, [...quiet, ...plan.arguments, file], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-mostErrorCharacters);
  });
  const closed = once(child, 'close');
  yieldTo(child.pid);
  const outcome = {late: false};
  const patience = clock.after(startMs + slowest * plan.durationMs, () => {
    outcome.late = true;
    child.kill('SIGKILL');
  });
  try {
    const [code] = (await closed) as [number | null];
    if (outcome.late) throw new Error('mixing took too long');
    if (code !== 0) throw new Error(`ffmpeg could not mix: ${errors.trim()}`);
  } finally {
    patience.cancel();
  }
}

/** Lets everything else on this machine go first. */
function yieldTo(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is over already.
  }
}
