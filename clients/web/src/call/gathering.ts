import type {Call, CallPeople, CallSettings, MediaSource, Self, Waiting, Whom} from '@parley/client';
import {signal, type ReadonlySignal} from '@preact/signals';
import type {Toasts} from '../store/toasts.js';
import type {LocalMedia} from './local-media.js';
import {recordingEnded} from './recording-text.js';

/** For how long a reaction is seen. */
const shownMs = 4_000;

export interface GatheringOptions {
  readonly call: Call;
  readonly people: CallPeople;
  readonly media: LocalMedia;
  readonly toasts: Toasts;
  readonly stopScreen: () => void;
}

/** The people of a call that this tab is in: oneself, who waits, what is shown for a moment, and what moderators do. */
export class Gathering {
  readonly #options: GatheringOptions;
  readonly #self = signal<Self | undefined>(undefined);
  readonly #settings;
  readonly #waiting = signal<readonly Waiting[]>([]);
  readonly #reactions = signal<ReadonlyMap<string, string>>(new Map());
  readonly #endings: readonly (() => void)[];

  constructor(options: GatheringOptions) {
    const {call, toasts} = options;
    this.#options = options;
    this.#self.value = call.self;
    this.#settings = signal<CallSettings>(call.settings);
    this.#waiting.value = [...call.waiting.values()];
    this.#endings = [
      call.on('self', (self) => {
        this.#self.value = self;
      }),
      call.on('settings', (settings) => {
        this.#settings.value = settings;
      }),
      call.on('waiting', ({waiting}) => {
        this.#waiting.value = [...waiting.values()];
      }),
      call.on('reaction', ({peer, reaction}) => {
        this.#show(peer, reaction);
      }),
      call.on('recording', (news) => {
        if (news.state === 'off')
          toasts.show({tone: 'info', title: 'The recording has ended.', text: recordingEnded(news.ended)});
      }),
      call.on('muted', ({tracks}) => {
        for (const {source} of tracks) this.#silence(source);
        toasts.show({tone: 'info', title: 'A moderator muted you.', text: 'Only you can unmute yourself.'});
      }),
    ];
  }

  get self(): ReadonlySignal<Self | undefined> {
    return this.#self;
  }

  get settings(): ReadonlySignal<CallSettings> {
    return this.#settings;
  }

  /** Those who wait to be let in, the first first; nobody for who may not let them in. */
  get waiting(): ReadonlySignal<readonly Waiting[]> {
    return this.#waiting;
  }

  /** What is shown of each at this moment, by session. */
  get reactions(): ReadonlySignal<ReadonlyMap<string, string>> {
    return this.#reactions;
  }

  get mayRecord(): boolean {
    return this.#self.value?.rights.includes('record') === true;
  }

  get mayModerate(): boolean {
    return this.#self.value?.rights.includes('moderate') === true;
  }

  /** Lets things go wrong to see what comes of it: only by a grant. */
  get mayRehearse(): boolean {
    return this.#self.value?.rights.includes('simulate') === true;
  }

  admit(sessions: Whom): void {
    this.#tell('Nobody was let in.', this.#options.people.admit(sessions));
  }

  deny(sessions: Whom): void {
    this.#tell('Nobody was refused.', this.#options.people.deny(sessions));
  }

  setLobby(enabled: boolean): void {
    this.#tell('The lobby stays as it was.', this.#options.people.setLobby(enabled));
  }

  setLocked(locked: boolean): void {
    this.#tell('The lock stays as it was.', this.#options.people.setLocked(locked));
  }

  setRecorded(recording: boolean, mixed: boolean): void {
    this.#tell('The recording stays as it was.', this.#options.people.setRecorded(recording, {mixed}));
  }

  mute(peers: Whom, sources?: readonly MediaSource[]): void {
    this.#tell('Nobody was muted.', this.#options.people.mute(peers, sources));
  }

  lowerHands(peers: Whom): void {
    this.#tell('No hand was lowered.', this.#options.people.lowerHands(peers));
  }

  kick(peer: string): void {
    this.#tell('Nobody was put out of the call.', this.#options.people.kick(peer));
  }

  endForAll(): void {
    this.#tell('The call goes on.', this.#options.people.end());
  }

  raiseHand(raised: boolean): void {
    this.#tell('Your hand stays as it was.', this.#options.people.raiseHand(raised));
  }

  react(reaction: string): void {
    this.#tell('That was not shown.', this.#options.people.react(reaction));
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  /** What somebody else paused is off here too, so that the page says what is. */
  #silence(source: MediaSource): void {
    const {media, stopScreen} = this.#options;
    if (source === 'microphone') media.mute();
    else if (source === 'camera') media.stop('camera');
    else stopScreen();
  }

  #show(peer: string, reaction: string): void {
    const shown = new Map(this.#reactions.peek()).set(peer, reaction);
    this.#reactions.value = shown;
    setTimeout(() => {
      // Another one of theirs has its own time.
      if (this.#reactions.peek().get(peer) !== reaction) return;
      const others = new Map(this.#reactions.peek());
      others.delete(peer);
      this.#reactions.value = others;
    }, shownMs);
  }

  #tell(what: string, doing: Promise<unknown>): void {
    this.#options.toasts.whenFails(what, doing);
  }
}
