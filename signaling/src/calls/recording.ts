import {ParleyError, type call} from '@parley/protocol';
import type {Clock, MediaRecording, MediaRoom, RecordingEnd, Timer} from '../ports.js';
import type {CallRecord} from './call-record.js';
import type {CallProducer, CallState} from './call-state.js';
import {readEnd, readNote, writeEnd, writeNote, type RecordingNote} from './recording-note.js';
import type {Watching} from './watching.js';

/** How old what is noted may be if the node dies: the gap that is told is so much too long at most. */
const noteMs = 5_000;

export interface RecordingOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly record: CallRecord;
  readonly watching: Pick<Watching, 'look'>;
  readonly clock: Clock;
  /** It began, or ended: everybody in the call is to be told. */
  readonly onChange: () => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * - `off`: nobody records.
 * - `expected`: the call was recorded where it ran before, and is so on with the first track that is published here.
 * - `on`: files are written.
 */
type State =
  | {readonly at: 'off'}
  | {readonly at: 'expected'; readonly note: RecordingNote; begun: boolean}
  | {readonly at: 'on'; readonly note: RecordingNote; readonly files: MediaRecording; readonly noting: Timer};

/**
 * Whether the call is recorded. It is with all that is published while it is, until somebody stops it, it cannot go on, or
 * the call ends; a call that was lost or moved is recorded on by whoever runs it next, as another part.
 */
export class Recording {
  readonly #options: RecordingOptions;
  #state: State = {at: 'off'};
  #closed = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
    const note = readNote(options.record);
    if (note !== undefined) this.#state = {at: 'expected', note, begun: false};
  }

  /** How it is recorded; undefined while it is not. */
  get current(): call.Recording | undefined {
    if (this.#state.at === 'off') return undefined;
    const {since, by, mixed} = this.#state.note;
    return {since, mixed, ...(by && {by})};
  }

  /** How the last recording of this call ended, wherever it ran then. */
  get ended(): call.RecordingEnd | undefined {
    return readEnd(this.#options.record);
  }

  get recordable(): call.Recordable {
    return this.#options.media.recordable;
  }

  /**
   * Rejects with `recording_unavailable` if it cannot be, saying why.
   *
   * @param by undefined: the backend
   * @param wanted whether one file is made of all tracks; undefined: as the node has it
   */
  async start(by: call.Recording['by'], wanted: boolean | undefined): Promise<void> {
    if (this.#state.at !== 'off') return;
    const {media, clock, onChange} = this.#options;
    const files = await media.record({...(wanted !== undefined && {mixed: wanted})}, (how) => {
      this.#endedByItself(files, how);
    });
    // The call ended meanwhile.
    if (this.#closed) {
      void this.#finish(files);
      throw new ParleyError('not_in_call');
    }
    const since = clock.now();
    const {recording, part, mixed} = files;
    this.#write({recording, part, since, untilMs: since, mixed, ...(by && {by})}, files);
    // Nothing is recorded before people know.
    onChange();
    this.#addAll();
  }

  /** Everybody is told at once, and who did it; the files are finished soon. */
  stop(by: call.Recording['by']): void {
    const state = this.#state;
    if (state.at === 'off') return;
    this.#turnOff({reason: 'stopped', ...(by && {by})});
    if (state.at === 'on') void this.#finish(state.files);
  }

  published(producer: CallProducer): void {
    const state = this.#state;
    if (state.at === 'on') this.#add(state.files, producer);
    else if (state.at === 'expected' && !state.begun) {
      state.begun = true;
      this.#goOn(state).catch((error: unknown) => {
        this.#cannotGoOn(state, error);
      });
    }
  }

  /** What was written can be so no more; what is published from now on is, as another part. */
  interrupted(): void {
    const state = this.#state;
    if (state.at !== 'on') return;
    state.noting.cancel();
    const note = {...state.note, untilMs: this.#options.clock.now()};
    const expected = {at: 'expected', note, begun: true} as const;
    this.#state = expected;
    // One after the other: as many are recorded at once as may be.
    this.#finish(state.files)
      .then(() => this.#goOn(expected))
      .catch((error: unknown) => {
        this.#cannotGoOn(expected, error);
      });
  }

  /** The call is over here; if it goes on elsewhere, so does the recording. */
  close(): void {
    this.#closed = true;
    const state = this.#state;
    this.#state = {at: 'off'};
    if (state.at !== 'on') return;
    state.noting.cancel();
    this.#note(state.note);
    void this.#finish(state.files);
  }

  async #goOn(expected: State & {at: 'expected'}): Promise<void> {
    const {recording, part, untilMs, mixed} = expected.note;
    const continues = {recording, part, untilMs};
    const files = await this.#options.media.record({mixed, continues}, (how) => {
      this.#endedByItself(files, how);
    });
    // It was stopped, or the call ended, meanwhile.
    if (this.#state !== expected) {
      void this.#finish(files);
      return;
    }
    this.#write({...expected.note, part: files.part}, files);
    this.#addAll();
  }

  #cannotGoOn(expected: State, error: unknown): void {
    if (this.#state === expected) this.#turnOff({reason: 'unavailable'});
    if (!(error instanceof ParleyError)) this.#options.onDefect(error);
  }

  #write(note: RecordingNote, files: MediaRecording): void {
    const noting = this.#options.clock.every(noteMs, () => {
      this.#note(note);
    });
    this.#state = {at: 'on', note, files, noting};
    this.#note(note);
  }

  #note(note: RecordingNote): void {
    const {record, clock} = this.#options;
    writeNote(record, {...note, untilMs: clock.now()});
  }

  #endedByItself(files: MediaRecording, how: RecordingEnd): void {
    if (this.#state.at !== 'on' || this.#state.files !== files) return;
    this.#turnOff({reason: how});
  }

  #turnOff(ended: call.RecordingEnd): void {
    const {state, record, watching, onChange} = this.#options;
    if (this.#state.at === 'on') this.#state.noting.cancel();
    this.#state = {at: 'off'};
    writeNote(record, undefined);
    writeEnd(record, ended);
    onChange();
    for (const producer of state.producers.values()) {
      if (!producer.recorded) continue;
      producer.recorded = false;
      watching.look(producer);
    }
  }

  #addAll(): void {
    const state = this.#state;
    if (state.at === 'on')
      for (const producer of this.#options.state.producers.values()) this.#add(state.files, producer);
  }

  /**
   * All its layers are wanted from now on, whoever looks at them. What is held is recorded on when it goes on: as another
   * file of the same peer and source.
   */
  #add(files: MediaRecording, producer: CallProducer): void {
    const {carriedAs, kind, source, peer} = producer;
    const {session, user, name} = peer;
    producer.recorded = true;
    this.#options.watching.look(producer);
    if (carriedAs !== undefined) files.add({producer: carriedAs, kind, source, peer: session, user, name});
  }

  async #finish(files: MediaRecording): Promise<void> {
    await files.stop().catch((error: unknown) => {
      this.#options.onDefect(error);
    });
  }
}
