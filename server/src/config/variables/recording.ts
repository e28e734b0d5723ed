import {address, durationMs, flag, integer, sizeBytes, text} from '../values.js';
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
  PARLEY_RECORDING_S3_BUCKET: variable({
    group: 'recording',
    schema: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/, 'must be the name of a bucket'),
    doc: 'Bucket of Amazon S3, or of what speaks its protocol, that recordings are put into when they are finished; they leave `PARLEY_RECORDING_FOLDER` then. What could not be put is tried again, also after a restart.',
  }),
  PARLEY_RECORDING_S3_ENDPOINT: variable({
    group: 'recording',
    schema: address('https:', 'http:'),
    doc: 'Where the bucket is, if not at Amazon, such as `https://minio.example.org:9000`.',
  }),
  PARLEY_RECORDING_S3_REGION: variable({
    group: 'recording',
    schema: text.regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a region'),
    default: 'us-east-1',
    doc: 'Region of the bucket.',
  }),
  PARLEY_RECORDING_S3_PREFIX: variable({
    group: 'recording',
    schema: text.regex(/^[A-Za-z0-9!_.*'()/-]{0,256}$/, "must be letters, digits and ! _ . * ' ( ) / -"),
    default: '',
    doc: 'What the names of all files begin with, such as `calls/`.',
  }),
  PARLEY_RECORDING_S3_KEY_ID: variable({
    group: 'recording',
    schema: text.min(1, 'must not be empty'),
    doc: 'Id of the access key. Without one the usual places of Amazon’s tools are looked at: `AWS_…` variables, profiles, the role of the machine or the container.',
  }),
  PARLEY_RECORDING_S3_SECRET: variable({
    group: 'recording',
    schema: text.min(1, 'must not be empty'),
    doc: 'Secret of the access key.',
    secret: true,
  }),
  PARLEY_FFMPEG_BIN: variable({
    group: 'recording',
    schema: text.min(1, 'must not be empty'),
    default: 'ffmpeg',
    doc: 'The program that writes recordings.',
  }),
} as const;
