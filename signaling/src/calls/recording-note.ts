import type {CallRecord} from './call-record.js';

/** What of a recording outlives the node that runs its call. Times are in milliseconds since the Unix epoch. */
export interface RecordingNote {
  /** Its name, the same for all its parts. */
  readonly recording: string;
  readonly part: number;
  readonly since: number;
  /** Until when it went on at least. */
  readonly untilMs: number;
  /** Undefined: as the node has it. */
  readonly mixed: boolean | undefined;
}

const name = 'recording';
const form = /^(\d+) (\d+) (\d+) (mixed|apart|-) (.+)$/;

export function readNote(record: Pick<CallRecord, 'get'>): RecordingNote | undefined {
  const [, part, since, until, mixed, recording] = form.exec(record.get(name) ?? '') ?? [];
  if (recording === undefined) return undefined;
  return {
    recording,
    part: Number(part),
    since: Number(since),
    untilMs: Number(until),
    mixed: mixed === '-' ? undefined : mixed === 'mixed',
  };
}

/** Undefined: nothing is recorded any more. */
export function writeNote(record: Pick<CallRecord, 'set'>, note: RecordingNote | undefined): void {
  if (note === undefined) {
    record.set(name, undefined);
    return;
  }
  const {recording, part, since, untilMs, mixed} = note;
  const mix = mixed === undefined ? '-' : mixed ? 'mixed' : 'apart';
  record.set(name, `${part} ${since} ${untilMs} ${mix} ${recording}`);
}
