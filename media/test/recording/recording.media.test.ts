import {execFile} from 'node:child_process';
import {createSocket} from 'node:dgram';
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {sizeOfFile} from '../../src/recording/disk.js';
import {Recorder, type RecorderOptions} from '../../src/recording/recorder.js';
import type {RecordingList, RecordedTrack} from '../../src/recording/recording-list.js';
import {Sentences, systemClock} from '../with-engine.js';
import {ffmpeg, publish, type Publisher} from './publisher.js';

const run = promisify(execFile);
const hasFfmpeg = await run(ffmpeg, ['-version']).then(
  () => true,
  () => false,
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-recording-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

interface Recording extends AsyncDisposable {
  readonly recorder: Recorder;
  readonly log: Sentences;
}

function record(options: Partial<RecorderOptions> = {}): Recording {
  const log = new Sentences();
  const limits = {calls: 2, tracks: 10, durationMs: 0, bytes: 0, freeBytes: 0, mixed: false, mixedHeight: 180};
  const recorder = new Recorder({folder, ffmpeg, ...limits, ...options}, {clock: systemClock, logger: log});
  return {recorder, log, [Symbol.asyncDispose]: () => recorder.close()};
}

const never = (): void => undefined;

function track({id, kind}: Publisher['video']): RecordedTrack {
  return {
    producer: id,
    kind,
    source: kind === 'audio' ? 'microphone' : 'camera',
    peer: 's_a',
    user: 'ada',
    name: 'Ada',
  };
}

async function listOf(part: string): Promise<RecordingList> {
  return JSON.parse(await readFile(join(part, 'recording.json'), 'utf8')) as RecordingList;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 150_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`still waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What says when there is light, or sound, after darkness or silence. */
const beginnings = {
  video: [['-an', '-vf', 'blackdetect=d=0.3:pix_th=0.5'], /black_end:([\d.]+)/g],
  audio: [['-vn', '-af', 'silencedetect=noise=-30dB:d=0.3'], /silence_end: ([\d.]+)/g],
} as const;

/** When, in seconds, a filter of ffmpeg says that something begins in a file. */
async function moments(file: string, filter: readonly string[], word: RegExp): Promise<readonly number[]> {
  const {stderr} = await run(ffmpeg, ['-nostdin', '-hide_banner', '-i', file, ...filter, '-f', 'null', '-']);
  return [...stderr.matchAll(word)].map(([, at]) => Number(at));
}

test('[CALL42] the mixed file of tracks that began at different times is as far in step as its list says', async (context) => {
  context.skip(!hasFfmpeg, 'there is no ffmpeg');
  await using publisher = await publish();
  await using recording = record({mixed: true});
  const part = await recording.recorder.begin('den', publisher.source, {}, never);
  part.add(track(publisher.audio));
  await until('sound', async () => (await listOf(part.folder)).tracks[0]?.offsetMs === 0);
  part.add(track(publisher.video));
  await until('pictures', async () => typeof (await listOf(part.folder)).tracks[1]?.offsetMs === 'number');
  const begun = Date.now();
  await until('three seconds of both', () => Promise.resolve(Date.now() - begun > 3_000));
  await part.stop();
  // What mixes goes behind everything else on the machine.
  await publisher[Symbol.asyncDispose]();
  await until('the mix', async () => (await listOf(part.folder)).mixed?.state !== 'wanted');
  const list = await listOf(part.folder);
  expect(list).toMatchObject({call: 'den', part: 1, gapMs: null, ended: 'stopped', missing: []});
  expect(list.mixed).toEqual({state: 'made', file: 'mixed.webm'});
  expect(list.tracks[1]?.offsetMs).toBeGreaterThan(100);

  const mixed = join(part.folder, 'mixed.webm');
  for (const {kind, file, offsetMs} of list.tracks) {
    const [filter, word] = beginnings[kind];
    const alone = await moments(join(part.folder, file), filter, word);
    const together = await moments(mixed, filter, word);
    expect(alone.length).toBeGreaterThanOrEqual(2);
    // The last may be the end of the file, which ends darkness as well.
    for (const moment of alone.slice(0, -1)) {
      const wanted = moment + (offsetMs ?? 0) / 1_000;
      const nearest = Math.min(...together.map((each) => Math.abs(each - wanted)));
      expect(nearest, `${kind}: ${wanted} in ${together.join()}`).toBeLessThan(0.1);
    }
  }
}, 180_000);

test('[CALL75] what goes to a file is the track alone, and all of it: no estimate of its way, and no probes for one', async (context) => {
  context.skip(!hasFfmpeg, 'there is no ffmpeg');
  await using publisher = await publish();
  const [socket, reports] = [createSocket('udp4'), createSocket('udp4')];
  for (const each of [socket, reports]) await new Promise<void>((resolve) => each.bind(0, '127.0.0.1', resolve));
  try {
    const from: number[] = [];
    socket.on('message', (packet) => from.push(packet.readUInt32BE(8)));
    const ports = {rtp: socket.address().port, rtcp: reports.address().port};
    const {transport, consumer} = await publisher.source.tap(publisher.video.id, ports);
    await consumer.resume();
    await until('packets', () => Promise.resolve(from.length > 50));
    expect(new Set(from)).toEqual(new Set([consumer.rtpParameters.encodings?.[0]?.ssrc]));
    expect((await transport.getStats())[0]?.availableOutgoingBitrate).toBeUndefined();
  } finally {
    socket.close();
    reports.close();
  }
});

test('[CALL44] a track whose writer dies is recorded on to another file', async (context) => {
  context.skip(!hasFfmpeg, 'there is no ffmpeg');
  await using publisher = await publish('h264');
  await using recording = record();
  const part = await recording.recorder.begin('den', publisher.source, {}, never);
  part.add(track(publisher.video));
  const flowing = async (file: number): Promise<boolean> =>
    typeof (await listOf(part.folder)).tracks[file]?.offsetMs === 'number';
  await until('pictures', () => flowing(0));
  // Of what was never written nothing is listed.
  await until('a file', async () => (await sizeOfFile(join(part.folder, '001-ada-camera.mkv'))) > 0);
  const {stdout} = await run('pgrep', ['-f', `${ffmpeg} .*${part.folder}`]);
  for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
  await until('pictures in another file', () => flowing(1));
  await part.stop();
  const {tracks, missing} = await listOf(part.folder);
  expect(tracks.map(({file}) => file)).toEqual(['001-ada-camera.mkv', '002-ada-camera.mkv']);
  expect(tracks[1]?.offsetMs).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});

test('[CALL44] a recording ends by itself when it is as long as it may be, and no more calls are recorded than may be', async (context) => {
  context.skip(!hasFfmpeg, 'there is no ffmpeg');
  await using recording = record({durationMs: 1, calls: 1});
  const nowhere = {tap: () => Promise.reject(new Error('nothing is published'))};
  const ends: string[] = [];
  const part = await recording.recorder.begin('den', nowhere, {}, (how) => ends.push(how));
  await expect(recording.recorder.begin('den', nowhere, {}, never)).rejects.toMatchObject({code: 'unrecordable'});
  await until('the end', async () => (await listOf(part.folder)).stoppedAt !== null);
  expect(ends).toEqual(['tooLong']);
  expect(await listOf(part.folder)).toMatchObject({ended: 'tooLong', tracks: []});
  const continues = {recording: part.recording, part: 1, untilMs: Date.now() - 2_000};
  const next = await recording.recorder.begin('den', nowhere, {continues}, never);
  await next.stop();
  const list = await listOf(next.folder);
  expect(list).toMatchObject({recording: part.recording, part: 2});
  expect(list.gapMs).toBeGreaterThanOrEqual(2_000);
});

test('[CALL40] what cannot be recorded is refused with the reason: no program, no folder, no room on the disk', async () => {
  const blocked = join(folder, 'a-file');
  await writeFile(blocked, '');
  const nowhere = {tap: () => Promise.reject(new Error('nothing is published'))};
  for (const [options, reason] of [
    [{ffmpeg: join(folder, 'nothing-here')}, 'There is no ffmpeg'],
    [{folder: join(blocked, 'recordings')}, 'cannot be written'],
    ...(hasFfmpeg ? ([[{freeBytes: Number.MAX_SAFE_INTEGER}, 'disk for recordings is full']] as const) : []),
  ] as const) {
    await using recording = record(options);
    await expect(recording.recorder.begin('den', nowhere, {}, never)).rejects.toThrow(reason);
  }
});

test('[CALL76] what can be made of a call is known from ffmpeg, and a mixed file refused that it cannot make', async () => {
  const program = join(folder, 'ffmpeg');
  const says = async (encoders: string): Promise<void> => {
    await writeFile(program, `#!/bin/sh\nprintf 'Encoders:\\n${encoders}'\n`);
    await chmod(program, 0o755);
  };
  const nowhere = {tap: () => Promise.reject(new Error('nothing is published'))};
  await says(' V....D libvpx-vp9 VP9\\n A..... libopus Opus\\n');
  await using recording = record({ffmpeg: program});
  const {recorder} = recording;
  await until('an answer', () => Promise.resolve(recorder.recordable === 'tracks'));
  await expect(recorder.begin('den', nowhere, {mixed: true}, never)).rejects.toThrow('cannot mix');
  await (await recorder.begin('den', nowhere, {mixed: false}, never)).stop();
  await says(' V....D libvpx VP8\\n A..... libopus Opus\\n');
  await (await recorder.begin('den', nowhere, {mixed: true}, never)).stop();
  expect(recorder.recordable).toBe('mixed');
  await rm(program);
  await expect(recorder.begin('den', nowhere, {}, never)).rejects.toThrow('There is no ffmpeg');
  expect(recorder.recordable).toBe('no');
});
