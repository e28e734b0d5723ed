import {call} from '@parley/protocol';
import type {CallRecord} from './call-record.js';

/** What of a recording outlives the node that runs its call. Times are in milliseconds since the Unix epoch. */
export interface RecordingNote extends call.Recording {
  /** Its name, the same for all its parts. */
  readonly recording: string;
  readonly part: number;
  /** Until when it went on at least. */
  readonly untilMs: number;
}

const name = 'recording';
const form = /^(\d+) (\d+) (\d+) (mixed|apart) (\S*) (\S*) (.+)$/;

export function readNote(record: Pick<CallRecord, 'get'>): RecordingNote | undefined {
  const [, part, since, until, mixed, user = '', called = '', recording] = form.exec(record.get(name) ?? '') ?? [];
  if (recording === undefined) return undefined;
  return {
    recording,
    part: Number(part),
    since: Number(since),
    untilMs: Number(until),
    mixed: mixed === 'mixed',
    ...(user !== '' && {by: {user: decodeURIComponent(user), name: decodeURIComponent(called)}}),
  };
}

/** Undefined: nothing is recorded any more. */
export function writeNote(record: Pick<CallRecord, 'set'>, note: RecordingNote | undefined): void {
  if (note === undefined) {
    record.set(name, undefined);
    return;
  }
  const {recording, part, since, untilMs, mixed, by} = note;
  const who = [by?.user ?? '', by?.name ?? ''].map(encodeURIComponent).join(' ');
  record.set(name, `${part} ${since} ${untilMs} ${mixed ? 'mixed' : 'apart'} ${who} ${recording}`);
}

const endName = 'recordingEnded';

/** How the last recording of the call ended. */
export function readEnd(record: Pick<CallRecord, 'get'>): call.RecordingEnd | undefined {
  const [reason, user = '', called = ''] = (record.get(endName) ?? '').split(' ').map(decodeURIComponent);
  const by = user === '' ? undefined : {user, name: called};
  return call.recordingEnd.safeParse({reason, ...(by && {by})}).data;
}

export function writeEnd(record: Pick<CallRecord, 'set'>, {reason, by}: call.RecordingEnd): void {
  record.set(endName, [reason, by?.user ?? '', by?.name ?? ''].map(encodeURIComponent).join(' '));
}
