import {rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {MediaKind} from 'mediasoup/types';
import type {TrackStart} from './track-start.js';

/** The name of the list within a recording's folder. */
const listName = 'recording.json';

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
}

/** A track, or the rest of one, of which there is no file. */
export interface MissingTrack extends RecordedTrack {
  readonly reason: string;
}

/** What `recording.json` says. Times are in milliseconds since the Unix epoch. */
export interface RecordingList {
  readonly call: string;
  readonly startedAt: number;
  /** When what is first in it was captured: offset 0. Null: nothing came. */
  readonly zeroAt: number | null;
  /** Null while it goes on, and for ever if the server was killed. */
  readonly stoppedAt: number | null;
  readonly tracks: readonly ListedTrack[];
  readonly missing: readonly MissingTrack[];
}

/** A file that is being written, and what is known of its beginning so far. */
export interface StartedTrack extends Omit<ListedTrack, 'offsetMs'> {
  readonly start: TrackStart;
}

/** Puts all tracks on one line of time. */
export function placeInTime(tracks: readonly StartedTrack[]): Pick<RecordingList, 'zeroAt' | 'tracks'> {
  const times = tracks.map(({start}) => start.atMs).filter((at) => at !== undefined);
  const zero = times.length === 0 ? null : Math.min(...times);
  return {
    zeroAt: zero === null ? null : Math.round(zero),
    tracks: tracks.map(({start: {atMs}, ...track}) => ({
      ...track,
      offsetMs: atMs === undefined || zero === null ? null : Math.round(atMs - zero),
    })),
  };
}

/** A reader sees the list as it was, or as it is. One write at a time is the caller's duty. */
export async function writeList(folder: string, list: RecordingList): Promise<void> {
  const path = join(folder, listName);
  await writeFile(`${path}.new`, `${JSON.stringify(list, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}
