import {ParleyError} from '@parley/protocol';
import type {Clock, EngineRoom, MediaEvent} from '../ports.js';
import {pause} from '../pause.js';
import type {HeardRoom} from './heard-room.js';
import type {Part} from './part.js';

/** A worker that died has a successor sooner than that, as a rule: whoever needs the home meanwhile waits. */
const patienceMs = 1_000;
const tryMs = 100;
/** A call is better off on another node than without a home for longer. */
export const hopeMs = 10_000;

export interface HomePart extends Part {
  readonly media: EngineRoom;
}

export interface HomeOptions {
  readonly node: string;
  readonly clock: Clock;
  readonly first: HeardRoom;
  /** Another room of the same engine, on other workers than `besides` is on. Rejects as the engine does. */
  readonly open: (besides?: EngineRoom) => Promise<HeardRoom>;
  readonly onEvent: (part: Part, event: MediaEvent) => void;
  /** Another part has taken the place of one that was lost. */
  readonly onOpened: () => void;
  /** No worker was to be had for it. */
  readonly onGivenUp: () => void;
}

type Wait = (outcome: HomePart | ParleyError) => void;
interface Away {
  readonly at: 'away';
  readonly since: number;
  readonly waiting: Wait[];
}
type State = {readonly at: 'open'; readonly part: HomePart} | Away | {readonly at: 'closed'};

/**
 * What of a call is on the node that runs it: who speaks is heard there, and what is recorded is written there. When its
 * workers have died another part takes its place, as soon as there is a worker for it.
 */
export class Home {
  readonly node: string;
  readonly #options: HomeOptions;
  #state: State;
  /** The last there was, for what every room of the engine says alike. */
  #engine: Pick<EngineRoom, 'rtpCapabilities' | 'recordable'>;
  #levelsFollowed = false;

  constructor(options: HomeOptions) {
    const {node, first} = options;
    this.node = node;
    this.#options = options;
    this.#engine = first.media;
    this.#state = {at: 'open', part: {node, media: first.media}};
  }

  /** From now on it is told what happens to it; what has happened, at once. To be called once. */
  listen(): void {
    if (this.part !== undefined) this.#listen(this.#options.first, this.part);
  }

  /** Undefined while its workers are dead. */
  get part(): HomePart | undefined {
    return this.#state.at === 'open' ? this.#state.part : undefined;
  }

  get rtpCapabilities(): EngineRoom['rtpCapabilities'] {
    return this.#engine.rtpCapabilities;
  }

  get recordable(): EngineRoom['recordable'] {
    return this.#engine.recordable;
  }

  /** The part, as soon as there is one. Rejects with `unavailable` when there has been none for so long. */
  reached(mostMs = patienceMs): Promise<HomePart> {
    const state = this.#state;
    if (state.at === 'open') return Promise.resolve(state.part);
    if (state.at === 'closed') return Promise.reject(new ParleyError('unknown_media'));
    const {clock} = this.#options;
    const remainingMs = state.since + mostMs - clock.now();
    if (remainingMs <= 0) return Promise.reject(notYet());
    return new Promise((resolve, reject) => {
      const timer = clock.after(remainingMs, () => {
        reject(notYet());
      });
      state.waiting.push((outcome) => {
        timer.cancel();
        if (outcome instanceof ParleyError) reject(outcome);
        else resolve(outcome);
      });
    });
  }

  /** Its workers are dead: another part is opened. */
  lost(): void {
    if (this.#state.at !== 'open') return;
    const away: Away = {at: 'away', since: this.#options.clock.now(), waiting: []};
    this.#state = away;
    void this.#openAgain(away);
  }

  /**
   * Another part takes its place, on other workers. Rejects as the engine does, and changes nothing then.
   *
   * @returns the one that was; it stands until it is closed
   */
  async renew(): Promise<HomePart> {
    const former = this.part;
    if (former === undefined) throw notYet();
    const room = await this.#options.open(former.media);
    if (this.part !== former) {
      room.media.close();
      throw notYet();
    }
    this.#settle(room);
    return former;
  }

  followLevels(on: boolean): void {
    this.#levelsFollowed = on;
    this.part?.media.followLevels(on);
  }

  /** Idempotent. */
  close(): void {
    const state = this.#state;
    this.#state = {at: 'closed'};
    if (state.at === 'open') state.part.media.close();
    else if (state.at === 'away') for (const settle of state.waiting) settle(new ParleyError('unknown_media'));
  }

  /** Never rejects. */
  async #openAgain(away: Away): Promise<void> {
    const {clock, open, onOpened, onGivenUp} = this.#options;
    for (;;) {
      const room = await open().catch(() => undefined);
      if (this.#state !== away) {
        room?.media.close();
        return;
      }
      if (room !== undefined) {
        const part = this.#settle(room);
        for (const settle of away.waiting) settle(part);
        onOpened();
        return;
      }
      // No worker of the node runs, or has room, at the moment.
      if (clock.now() - away.since >= hopeMs) {
        onGivenUp();
        return;
      }
      await pause(clock, tryMs);
    }
  }

  #settle(room: HeardRoom): HomePart {
    const part = {node: this.node, media: room.media};
    this.#state = {at: 'open', part};
    this.#engine = room.media;
    if (this.#levelsFollowed) room.media.followLevels(true);
    this.#listen(room, part);
    return part;
  }

  #listen(room: HeardRoom, part: HomePart): void {
    room.listen((event) => {
      this.#options.onEvent(part, event);
    });
  }
}

const notYet = (): ParleyError =>
  new ParleyError('unavailable', {message: 'The media worker is being restarted.', retryAfterMs: patienceMs});
