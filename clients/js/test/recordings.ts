import {execFile} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export const ffmpeg = process.env['PARLEY_FFMPEG_BIN'] ?? 'ffmpeg';
export const hasFfmpeg = await Promise.all([run(ffmpeg, ['-version']), run('ffprobe', ['-version'])]).then(
  () => true,
  () => false,
);

/** Of a node with one media worker that records into a folder. */
export const recordingInto = (folder: string): Readonly<Record<string, string>> => ({
  PARLEY_MEDIA_WORKERS: '1',
  PARLEY_MEDIA_PORT: '0',
  PARLEY_RECORDING_FOLDER: folder,
  PARLEY_RECORDING_FREE: '0',
  PARLEY_FFMPEG_BIN: ffmpeg,
  MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
});

export interface Track {
  readonly file: string;
  readonly user: string;
  readonly source: string;
  readonly codec: string;
  readonly offsetMs: number | null;
}

/** What `recording.json` says, as far as tests look. */
export interface List {
  readonly part: number;
  readonly gapMs: number | null;
  readonly zeroAt: number | null;
  readonly stoppedAt: number | null;
  readonly ended: string | null;
  readonly tracks: readonly Track[];
  readonly missing: readonly unknown[];
  readonly mixed: {readonly state: string; readonly file?: string} | null;
}

export const listIn = async (path: string): Promise<List> =>
  JSON.parse(await readFile(join(path, 'recording.json'), 'utf8')) as List;

/** Tracks of which something came. */
export const flowingIn = async (path: string): Promise<readonly Track[]> =>
  (await listIn(path)).tracks.filter(({offsetMs}) => typeof offsetMs === 'number');

/** Recordings in the folder of a node, by name. */
export const recordingsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((each) => !each.startsWith('.'));

/** What a player makes of a file. */
export async function probe(file: string): Promise<{codec: string; seconds: number}> {
  const asked = ['-v', 'error', '-show_entries', 'stream=codec_name:packet=pts_time', '-of', 'json', file];
  const {stdout} = await run('ffprobe', asked, {maxBuffer: 64_000_000});
  const {streams, packets} = JSON.parse(stdout) as {streams: {codec_name: string}[]; packets: {pts_time: string}[]};
  const times = packets.map(({pts_time: at}) => Number(at));
  return {codec: streams.map(({codec_name: name}) => name).join(), seconds: Math.max(...times) - Math.min(...times)};
}

interface Picture {
  readonly at: number;
  readonly width: number;
}

/** Every picture of a file, decoded, and what the decoder had to say. */
async function decoded(file: string): Promise<{pictures: readonly Picture[]; said: string}> {
  const asked = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts_time,width'];
  const {stdout, stderr} = await run('ffprobe', [...asked, '-of', 'json', file], {maxBuffer: 64_000_000});
  const {frames} = JSON.parse(stdout) as {frames: {pts_time: string; width: number}[]};
  return {pictures: frames.map(({pts_time: at, width}) => ({at: Number(at), width})), said: stderr};
}

/** Every picture of a file: when, in seconds, and how wide. Rejects if one cannot be decoded. */
export async function pictures(file: string): Promise<readonly Picture[]> {
  const {pictures: all, said} = await decoded(file);
  if (said !== '') throw new Error(said);
  return all;
}

/** Of a file that is still written, which ends anywhere: how wide its largest picture is so far. */
export const widestSoFar = async (file: string): Promise<number> =>
  Math.max(0, ...(await decoded(file)).pictures.map(({width}) => width));
