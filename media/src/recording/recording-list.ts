import {readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {MediaKind} from 'mediasoup/types';
import type {TrackStart} from './track-start.js';

/** The name of the list within a recording's folder. */
export const listName = 'recording.json';

export interface RecordedTrack {
  readonly producer: string;
  readonly kind: MediaKind;
  readonly source: string;
  readonly peer: string;
  readonly user: string;
  readonly name: string;
}

/** A file, and when it begins. */
export interface ListedTrack extends RecordedTrack {
  readonly codec: string;
  /** Within the folder. */
  readonly file: string;
  /** How much later than the first of the recording it begins: play it so much later. Null: nothing came. */
  readonly offsetMs: number | null;
  /** Null while it is written, and for ever if the server was killed. */
  readonly durationMs: number | null;
}

/** A track, or the rest of one, of which there is no file. */
export interface MissingTrack extends RecordedTrack {
  readonly reason: string;
}

/** Why a recording ended by itself. */
export type OwnEnd = 'diskFull' | 'tooLong' | 'tooLarge';
/** Why a part of a recording ended. `interrupted`: with the server, without a word. */
export type RecordingEnd = OwnEnd | 'stopped' | 'interrupted';

/** The file of all tracks: not made yet, made, or why it could not be made. */
export type Mix = {readonly state: 'wanted'} | MixResult;
export type MixResult =
  {readonly state: 'made'; readonly file: string} | {readonly state: 'failed'; readonly reason: string};

/** What `recording.json` says. Times are in milliseconds since the Unix epoch. */
export interface RecordingList {
  readonly recording: string;
  /** From 1: a call that was lost or moved is recorded on as another part. */
  readonly part: number;
  /** Between this part and the one before nothing was recorded for so long. Null: it is the first. */
  readonly gapMs: number | null;
  readonly call: string;
  readonly startedAt: number;
  /** When what is first in it was captured: offset 0. Null: nothing came. */
  readonly zeroAt: number | null;
  /** Null while it goes on. */
  readonly stoppedAt: number | null;
  /** Null while it goes on. */
  readonly ended: RecordingEnd | null;
  readonly tracks: readonly ListedTrack[];
  readonly missing: readonly MissingTrack[];
  /** Null: none is wanted. */
  readonly mixed: Mix | null;
}

/** A file that is being written, and what is known of its beginning so far. */
export interface StartedTrack extends Omit<ListedTrack, 'offsetMs' | 'durationMs'> {
  readonly start: TrackStart;
  /** When it ended, in milliseconds since the Unix epoch. */
  endedAt?: number;
}

/** Puts all tracks on one line of time. */
export function placeInTime(tracks: readonly StartedTrack[]): Pick<RecordingList, 'zeroAt' | 'tracks'> {
  const times = tracks.map(({start}) => start.atMs).filter((at) => at !== undefined);
  const zero = times.length === 0 ? null : Math.min(...times);
  return {
    zeroAt: zero === null ? null : Math.round(zero),
    tracks: tracks.map(({start: {atMs}, endedAt, ...track}) => ({
      ...track,
      offsetMs: atMs === undefined || zero === null ? null : Math.round(atMs - zero),
      durationMs: atMs === undefined || endedAt === undefined ? null : Math.round(endedAt - atMs),
    })),
  };
}

/** A reader sees the list as it was, or as it is. One write at a time is the caller's duty. */
export async function writeList(folder: string, list: RecordingList): Promise<void> {
  const path = join(folder, listName);
  await writeFile(`${path}.new`, `${JSON.stringify(list, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** As this program wrote it. Rejects if there is none, or if it is no list. */
export async function readList(folder: string): Promise<RecordingList> {
  const list: unknown = JSON.parse(await readFile(join(folder, listName), 'utf8'));
  if (!isList(list)) throw new TypeError(`${join(folder, listName)} is no list of a recording`);
  return list;
}

/** What is looked at of it is what it must be. */
function isList(value: unknown): value is RecordingList {
  if (typeof value !== 'object' || value === null) return false;
  if (!('tracks' in value) || !Array.isArray(value.tracks) || !('mixed' in value) || !('startedAt' in value))
    return false;
  return typeof value.startedAt === 'number' && value.tracks.every(isTrack);
}

function isTrack(value: unknown): value is ListedTrack {
  if (typeof value !== 'object' || value === null) return false;
  const {file, kind, offsetMs, durationMs} = value as Partial<Record<string, unknown>>;
  const time = (each: unknown): boolean => each === null || typeof each === 'number';
  // Within the folder, and nowhere else.
  return (
    typeof file === 'string' &&
    /^[\w.-]+$/.test(file) &&
    (kind === 'audio' || kind === 'video') &&
    time(offsetMs) &&
    time(durationMs)
  );
}
