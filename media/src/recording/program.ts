import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);
const answerMs = 5_000;
/** What a mixed file is encoded with. */
const encoders = ['libvpx', 'libopus'] as const;

/** What an ffmpeg can make of a call: a file of each track, and also one of all. */
export type Recordable = 'tracks' | 'mixed';

/** Rejects if there is no ffmpeg of this name, or if it does not answer. */
export async function askProgram(ffmpeg: string): Promise<Recordable> {
  const {stdout} = await run(ffmpeg, ['-hide_banner', '-encoders'], {timeout: answerMs});
  const has = (name: string): boolean => new RegExp(`^ \\S+ ${name} `, 'm').test(stdout);
  return encoders.every(has) ? 'mixed' : 'tracks';
}
