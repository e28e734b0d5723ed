import type {
  Call,
  CallState,
  ConnectionQuality,
  MediaSource,
  Participant,
  Rights,
  Room,
  Strain,
  View,
} from '@parley/client';
import {computed, effect, signal, untracked, type ReadonlySignal, type Signal} from '@preact/signals';
import {textOf, type Toasts} from '../store/toasts.js';
import {Gathering} from './gathering.js';
import type {LocalMedia} from './local-media.js';
import {mayShow, type MayShow} from './may-show.js';
import {Rehearsal} from './rehearsal.js';

interface CallSessionOptions {
  readonly call: Call;
  readonly room: Room;
  readonly media: LocalMedia;
  /** What this user may do in the room. */
  readonly rights: ReadonlySignal<Rights>;
  readonly toasts: Toasts;
  /** The call is over for this tab. */
  readonly onEnded: (reason: EndReason) => void;
}

export type EndReason = Extract<CallState, {status: 'ended'}>['reason'];

/** In dBov: breathing and keyboards are below. */
const speechAbove = -50;

interface Wanted {
  readonly track: MediaStreamTrack | undefined;
  readonly paused: boolean;
}

/** A call that this tab is in: who else is, and that what runs here is what is published. */
export class CallSession {
  readonly media: LocalMedia;
  readonly room: Room;
  readonly mayChooseCodec: ReadonlySignal<boolean>;
  /** What the others may be shown: what is not among it runs for nobody, and is stopped. */
  readonly may: ReadonlySignal<MayShow>;
  readonly people: Gathering;
  readonly rehearsal: Rehearsal;
  readonly #call: Call;
  readonly #toasts: Toasts;
  readonly #state: Signal<CallState>;
  readonly #participants = signal<readonly Participant[]>([]);
  readonly #screen = signal<MediaStreamTrack | undefined>(undefined);
  readonly #speaker = signal<string | undefined>(undefined);
  readonly #loud = signal<ReadonlySet<string>>(new Set());
  readonly #quality = signal<ReadonlyMap<string, ConnectionQuality>>(new Map());
  readonly #strain: Signal<Strain>;
  readonly #videos = signal<number | null>(null);
  readonly #pinned = signal<ReadonlySet<string>>(new Set());
  /** The event before. */
  #wasLoud: readonly string[] = [];
  readonly #endings: readonly (() => void)[];
  /** What should be published of each source, and the sources that are being brought there. */
  readonly #wanted = new Map<MediaSource, Wanted>();
  readonly #busy = new Set<MediaSource>();

  constructor({call, room, media, rights, toasts, onEnded}: CallSessionOptions) {
    const stopScreen = (): void => {
      this.#stopScreen();
    };
    this.media = media;
    this.room = room;
    this.mayChooseCodec = computed(() => rights.value.may.includes('room.update'));
    this.may = computed(() => mayShow(rights.value));
    this.people = new Gathering({call, people: room.call.people, media, toasts, stopScreen});
    this.rehearsal = new Rehearsal(call, toasts);
    this.#call = call;
    this.#toasts = toasts;
    this.#state = signal(call.state);
    this.#strain = signal(call.strain);
    const refresh = (): void => {
      this.#participants.value = [...call.participants.values()].toSorted((a, b) => a.joinedAt - b.joinedAt);
    };
    refresh();
    this.#endings = [
      call.on('participant', refresh),
      call.on('track', refresh),
      call.on('trackChanged', refresh),
      call.on('trackEnded', refresh),
      call.on('speaker', ({peer}) => {
        this.#speaker.value = peer;
      }),
      call.on('levels', (levels) => {
        const loud = [...levels].filter(([, level]) => level > speechAbove).map(([peer]) => peer);
        // A frame that went out between two words would flicker; after the last words there is one more event, empty.
        if (levels.size === 0) this.#loud.value = new Set();
        else this.#loud.value = new Set([...loud, ...this.#wasLoud]);
        this.#wasLoud = loud;
      }),
      call.on('strain', (strain) => {
        this.#strain.value = strain;
      }),
      call.on('quality', () => {
        this.#quality.value = new Map(call.quality);
      }),
      call.on('unpublished', ({source, track}) => {
        // Most browsers have a button of their own that ends sharing.
        if (source === 'screen' && this.#screen.peek() === track) this.#stopScreen();
      }),
      call.on('problem', ({message}) => {
        toasts.show({tone: 'bad', title: 'Something in the call did not work.', text: message});
      }),
      call.on('state', (state) => {
        this.#state.value = state;
        refresh();
        if (state.status === 'ended') onEnded(state.reason);
      }),
      effect(() => {
        const may = this.may.value;
        // What runs is looked at here, and changes of it are not waited for.
        untracked(() => {
          this.#stopUnshown(may);
        });
      }),
      effect(() => {
        const camera = media.camera.value;
        this.#want('camera', camera.state === 'on' ? camera.track : undefined);
      }),
      effect(() => {
        const microphone = media.microphone.value;
        this.#want('microphone', microphone.state === 'on' ? microphone.track : undefined, media.muted.value);
      }),
    ];
  }

  get state(): ReadonlySignal<CallState> {
    return this.#state;
  }

  /** How much less is sent than could be, because the servers are short. */
  get strain(): ReadonlySignal<Strain> {
    return this.#strain;
  }

  /** The others, in the order in which they came. */
  get participants(): ReadonlySignal<readonly Participant[]> {
    return this.#participants;
  }

  /** The session that speaks, or spoke last. */
  get speaker(): ReadonlySignal<string | undefined> {
    return this.#speaker;
  }

  /** How well everyone is connected, by session; of whom it is not good. */
  get quality(): ReadonlySignal<ReadonlyMap<string, ConnectionQuality>> {
    return this.#quality;
  }

  /** This tab's own session in the call. */
  get peer(): string | undefined {
    return this.#call.self?.peer;
  }

  /** The sessions that are heard at this moment. */
  get loud(): ReadonlySignal<ReadonlySet<string>> {
    return this.#loud;
  }

  /** One's own screen while it is shared. */
  get screen(): ReadonlySignal<MediaStreamTrack | undefined> {
    return this.#screen;
  }

  /** How large the video of another is on this page; the last one holds while the tile is there. */
  setView(peer: string, source: MediaSource, view: View): void {
    this.#call.setView(peer, source, view);
  }

  /** How many of the others’ cameras one wants to be sent at once; `null`: as many as the call gives. */
  get videos(): ReadonlySignal<number | null> {
    return this.#videos;
  }

  wishVideos(videos: number | null): void {
    this.#videos.value = videos;
    this.#call.setReception({videos});
  }

  /** The keys of what is kept large and on top, whoever else speaks. */
  get pinned(): ReadonlySignal<ReadonlySet<string>> {
    return this.#pinned;
  }

  togglePin({peer, source}: {readonly peer: string; readonly source: MediaSource}): void {
    const pinned = new Set(this.#pinned.peek());
    const key = pinKey(peer, source);
    const now = !pinned.delete(key);
    if (now) pinned.add(key);
    this.#pinned.value = pinned;
    this.#call.setPinned(peer, source, now);
  }

  toggleScreen(): void {
    if (this.#screen.peek() === undefined) void this.#shareScreen();
    else this.#stopScreen();
  }

  async leave(): Promise<void> {
    await this.#call.leave();
  }

  close(): void {
    for (const end of this.#endings) end();
    this.people.close();
    this.rehearsal.close();
    this.#screen.peek()?.stop();
    this.media.close();
  }

  async #shareScreen(): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({video: true, audio: true});
      const [video] = stream.getVideoTracks();
      const [audio] = stream.getAudioTracks();
      this.#screen.value = video;
      this.#want('screen', video);
      this.#want('screenAudio', audio);
    } catch (error) {
      // Whoever closes the browser's picker knows that nothing is shared.
      if (error instanceof DOMException && error.name === 'NotAllowedError') return;
      this.#toasts.show({tone: 'bad', title: 'The screen could not be shared.', text: textOf(error)});
    }
  }

  #stopScreen(): void {
    for (const source of ['screen', 'screenAudio'] as const) {
      this.#wanted.get(source)?.track?.stop();
      this.#want(source, undefined);
    }
    this.#screen.value = undefined;
  }

  #stopUnshown(may: MayShow): void {
    for (const kind of ['camera', 'microphone'] as const) if (!may[kind]) this.media.stop(kind);
    if (!may.screen) this.#stopScreen();
  }

  #want(source: MediaSource, track: MediaStreamTrack | undefined, paused = false): void {
    this.#wanted.set(source, {track, paused});
    if (!this.#busy.has(source)) void this.#reconcile(source);
  }

  /** One change at a time per source; what was wanted in between and no more is skipped. */
  async #reconcile(source: MediaSource): Promise<void> {
    this.#busy.add(source);
    try {
      for (let done: Wanted | undefined; ;) {
        const wanted = this.#wanted.get(source);
        if (wanted === undefined || wanted === done || this.#call.state.status === 'ended') return;
        await this.#apply(source, wanted);
        done = wanted;
      }
    } catch (error) {
      this.#toasts.show({tone: 'bad', title: failure[source], text: textOf(error)});
    } finally {
      this.#busy.delete(source);
    }
  }

  async #apply(source: MediaSource, {track, paused}: Wanted): Promise<void> {
    const published = this.#call.published.get(source);
    if (track === undefined) {
      await published?.stop();
    } else if (published === undefined || published.status === 'ended') {
      await this.#call.publish(source, track, {paused});
    } else {
      if (published.track !== track) await published.replace(track);
      if (published.paused !== paused) await (paused ? published.pause() : published.resume());
    }
  }
}

export const pinKey = (peer: string, source: MediaSource): string => `${peer} ${source}`;

const failure = {
  camera: 'The others cannot see you.',
  microphone: 'The others cannot hear you.',
  screen: 'The screen could not be shared.',
  screenAudio: 'The sound of the screen could not be shared.',
} as const;
