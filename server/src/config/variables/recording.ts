import {durationMs, flag, integer, sizeBytes, text} from '../values.js';
import {variable} from '../variable.js';

export const recordingVariables = {
  PARLEY_RECORDING_FOLDER: variable({
    group: 'recording',
    schema: text.min(1, 'must not be empty'),
    doc: 'Folder that recordings of calls go to, on each node with media; without it calls cannot be recorded. It takes `ffmpeg`.',
  }),
  PARLEY_RECORDING_MIXED: variable({
    group: 'recording',
    schema: flag,
    default: '0',
    doc: 'Whether one file is made of all tracks after a recording, where it is not said: a grid of the videos and all sound. One is made at a time, behind everything else that wants the processor.',
  }),
  PARLEY_RECORDING_MIXED_HEIGHT: variable({
    group: 'recording',
    schema: integer(180, 2_160),
    default: '720',
    doc: 'How high the picture of a mixed file is, in pixels; it is as wide as 16 to 9.',
  }),
  PARLEY_RECORDING_FREE: variable({
    group: 'recording',
    schema: sizeBytes('0', '1048576GiB'),
    default: '1GiB',
    doc: 'What must stay free on the disk of `PARLEY_RECORDING_FOLDER`: with less nothing is recorded, and what is ends.',
  }),
  PARLEY_RECORDING_CALLS: variable({
    group: 'recording',
    schema: integer(1, 10_000),
    default: '20',
    doc: 'Calls that a node records at the same time; another one is `recording_unavailable`.',
  }),
  PARLEY_RECORDING_TRACKS: variable({
    group: 'recording',
    schema: integer(1, 10_000),
    default: '100',
    doc: 'Tracks that a node records at the same time, each by a process of its own; further ones are missing from their recordings, which say so.',
  }),
  PARLEY_RECORDING_TIME: variable({
    group: 'recording',
    schema: durationMs('1s', '30d'),
    default: '12h',
    doc: 'A recording ends when it has lasted so long.',
  }),
  PARLEY_RECORDING_SIZE: variable({
    group: 'recording',
    schema: sizeBytes('1MiB', '1048576GiB'),
    default: '50GiB',
    doc: 'A recording ends when its files have so many bytes together.',
  }),
  PARLEY_FFMPEG_BIN: variable({
    group: 'recording',
    schema: text.min(1, 'must not be empty'),
    default: 'ffmpeg',
    doc: 'The program that writes recordings.',
  }),
} as const;
