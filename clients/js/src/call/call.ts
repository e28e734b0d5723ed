import type {callNews, callReceiving, callRehearsal, call as wire} from '@parley/protocol';
import type {Listenable} from '../emitter.js';
import type {CallData, IncomingChannel} from './data.js';
import type {CallSettings, RecordingNews, Waiting} from './people.js';
import type {Postponement} from './postponed.js';

/** What a track shows. A participant publishes at most one of each. */
export type MediaSource = wire.ProducerSummary['source'];

/** A track of another participant, playable at once. */
export interface RemoteTrack {
  /** The participant's session. */
  readonly peer: string;
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  /** Its publisher paused it (mute): nothing comes at present. */
  readonly paused: boolean;
  /** The path is too weak for it, or it gives way to what goes before it: video stands still meanwhile. Sound goes on. */
  readonly starved: boolean;
  /** There are more cameras or microphones than this client is sent at once, and others go before it. */
  readonly withheld: boolean;
}

/**
 * How well somebody is connected: `fair` is noticed by who pays attention, `poor` by everyone. `reasons`, what is wrong:
 * packets that they send (`uplink`) or are sent (`downlink`) get lost, they take long (`delay`), or not all of the video
 * that they want to see fits (`bandwidth`).
 */
export type ConnectionQuality = callNews.ConnectionQuality;

/** What may be made to go wrong: see {@link Call.simulate}. */
export type Mishap = callRehearsal.Mishap;

/**
 * How much less is sent than could be, because the servers that carry the call are short of processor time: nothing less
 * (`none`), four cameras at most (`fewer`), sound alone (`sound`), and besides nobody new comes in (`full`).
 */
export type Strain = callReceiving.StrainDegree;

/**
 * How large a video is shown, in pixels of the screen; `hidden`: not at all at present. `priority`, 1 to 255: how many
 * layers it gets of a weak path while one of 1 gets one; usually what is pinned, screens and who speaks go first.
 */
export type View = (wire.PictureSize & {readonly priority?: number}) | 'hidden';

/** How many of the others’ cameras and microphones are sent to this client at once; `null`: as many as the call gives. */
export interface Reception {
  readonly videos?: number | null;
  readonly voices?: number | null;
}

/** Another one in the call, as of now: each change makes a new object. */
export interface Participant extends wire.PeerProfile {
  /** The participant's session: a user in the call on two devices is two participants. */
  readonly peer: string;
  readonly user: string;
  readonly name: string;
  /** `reconnecting`: lost at the moment, but expected back. */
  readonly state: 'connected' | 'reconnecting';
  /** Milliseconds since the Unix epoch, by the server's clock. */
  readonly joinedAt: number;
  readonly tracks: ReadonlyMap<MediaSource, RemoteTrack>;
}

/** Oneself in the call. */
export interface Self extends wire.PeerProfile {
  readonly peer: string;
  /** What one is called in this call. */
  readonly name: string;
}

/** A track that this client publishes. */
export interface LocalTrack {
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  /** `ended`: stopped by `stop()`, by the end of its device or of the browser's sharing, or with the call. */
  readonly status: 'live' | 'ended';
  /** Sends nothing until `resume()` (mute). The others are told. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Sends another track in its stead, of another camera for instance; nobody has to subscribe anew. */
  replace(track: MediaStreamTrack): Promise<void>;
  /** Ends the publication; ends the track too if this client captured it itself. */
  stop(): Promise<void>;
}

/**
 * - `joining`: not in the call yet.
 * - `connected`: signaling and media work.
 * - `reconnecting`: being repaired, nothing to do for the application. `signaling`: media goes on meanwhile; `media`:
 *   the path to the media node broke; `lost`: the call is rebuilt, with what was published; `moved`: the same, at another
 *   node, while media goes on.
 * - `ended`: for good; `left`, `ended`, `removed`, `kicked` and `denied` as the server says, `lost` if it could not be rebuilt, `closed`
 *   with the client.
 */
export type CallState =
  | {readonly status: 'joining'}
  | {readonly status: 'connected'}
  | {readonly status: 'reconnecting'; readonly reason: 'signaling' | 'media' | 'lost' | 'moved'}
  | {readonly status: 'ended'; readonly reason: 'left' | 'ended' | 'removed' | 'kicked' | 'denied' | 'lost' | 'closed'};

export interface CallEvents {
  state: CallState;
  /** Somebody came, dropped, came back or left; `updated`: is called otherwise, raised their hand, may do something else. */
  participant: {
    readonly participant: Participant;
    readonly change: 'joined' | 'reconnecting' | 'connected' | 'updated' | 'left';
  };
  /** A track can be played. */
  track: RemoteTrack;
  /** A track was paused or resumed by its publisher, stands still for want of bandwidth, is withheld, or comes again. */
  trackChanged: RemoteTrack;
  trackEnded: RemoteTrack;
  /** One's own track is published or was ended, perhaps by the browser. */
  published: LocalTrack;
  unpublished: LocalTrack;
  /**
   * Who of all speaks, oneself included, or spoke last: by session; undefined if that one is gone. The server is asked
   * for it as long as somebody listens.
   */
  speaker: {readonly peer: string | undefined};
  /**
   * The loudest at this moment, oneself included, loudest first: by session, from -127 to 0 dBov. About three times a
   * second while anybody is heard, and once, empty, when nobody is any more. Asked for like `speaker`.
   */
  levels: ReadonlyMap<string, number>;
  /** One's own name, role, rights, hand or metadata is another. */
  self: Self;
  /** The call was locked or unlocked, its lobby opened or closed, its limits changed, its recording begun or ended. */
  settings: CallSettings;
  /** It is recorded from now on, or was when one came; or it is not any more, and why. */
  recording: RecordingNews;
  /** Others wait to be let in than before; told to those who may let them in. */
  waiting: {readonly waiting: ReadonlyMap<string, Waiting>};
  /** Somebody, or the backend if nobody is named, paused these tracks of one's own: `resume()` when one wants to. */
  muted: {readonly tracks: readonly LocalTrack[]; readonly by: string | undefined};
  /** Somebody shows a reaction, so many times within a moment. */
  reaction: {readonly peer: string; readonly reaction: string; readonly count: number};
  /** Somebody opened a data channel that is for this client, or had when it came. Nothing came on it yet. */
  channel: IncomingChannel;
  /** How well somebody is connected, when that changed: oneself always, others while somebody listens to this. */
  quality: ConnectionQuality;
  /** More or less is sent than before, because the servers that carry the call were, or are not any more, short. */
  strain: Strain;
  /** Something did not work and is given up; the call goes on without it. */
  problem: {readonly message: string; readonly error: unknown};
}

/** A track, or what to capture: `true` for any device, constraints to choose one. */
export type Capture = boolean | MediaTrackConstraints | MediaStreamTrack;

export interface CallOptions {
  /** Default: not published. */
  readonly microphone?: Capture;
  readonly camera?: Capture;
  /** Called if the call has a lobby, when the wait begins: `join` goes on once somebody lets this client in. */
  readonly onWaiting?: () => void;
  /**
   * Called each time when the call cannot take this client at the moment, but says when it may: `join` tries again by
   * itself at that time, as often as it takes. Without it `join` rejects, with `overloaded` for instance.
   */
  readonly onPostponed?: (postponement: Postponement) => void;
  /** Ends the wait, for being let in or for another try; `join` rejects then. */
  readonly signal?: AbortSignal;
}

/**
 * A call that this client is in.
 *
 * ```ts
 * const call = await room.call.join({microphone: true});
 * call.on('track', ({peer, source, track}) => play(peer, source, track));
 * call.on('trackEnded', ({peer, source}) => remove(peer, source));
 * const screen = await navigator.mediaDevices.getDisplayMedia();
 * await call.publish('screen', screen.getVideoTracks()[0]);
 * ```
 */
export interface Call extends Listenable<CallEvents> {
  readonly room: string;
  readonly state: CallState;
  /** The others, by session. */
  readonly participants: ReadonlyMap<string, Participant>;
  readonly published: ReadonlyMap<MediaSource, LocalTrack>;
  /** Oneself; undefined until the call is joined. */
  readonly self: Self | undefined;
  readonly settings: CallSettings;
  /** Those who wait to be let in, by session; empty for who may not let them in. See `room.call.people`. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** How well everyone is connected, oneself included, by session: who is not in it is well connected, or not known. */
  readonly quality: ReadonlyMap<string, ConnectionQuality>;
  /** How much less is sent than could be; the event `strain` tells of changes. */
  readonly strain: Strain;
  /** Who speaks, or spoke last; known while somebody listens to `speaker`. */
  readonly speaker: string | undefined;
  /** Messages to the others, and from them. */
  readonly data: CallData;
  /**
   * Publishes a track. A camera is sent in three layers, of which each receiver gets what suits it.
   *
   * @throws ParleyError `conflict` if the source is published already, `media_refused`, `forbidden`.
   */
  publish(source: MediaSource, track: MediaStreamTrack, options?: {paused?: boolean}): Promise<LocalTrack>;
  /**
   * Says how large another participant's video is shown, in device pixels: the smallest layer that fills it is sent, and
   * nothing while it is hidden. Without it the best is sent. Holds for whatever track of that source comes, until
   * undefined is given; may be called as often as the size changes.
   */
  setView(peer: string, source: MediaSource, view: View | undefined): void;
  /**
   * Pins another participant's video: it is sent however many videos there are, and before all others where the path is
   * weak. Holds for whatever track of that source comes, until it is unpinned.
   */
  setPinned(peer: string, source: MediaSource, pinned: boolean): void;
  /** Says how much is to be sent to this client, for a small screen or to save data. What is not given stays. */
  setReception(reception: Reception): void;
  /**
   * Lets something go wrong, to see what becomes of it: for this client (`signaling`, `udp`, `downlink`), or for all in this
   * call (`worker`, `node`). Takes a token whose grants give the right `simulate`.
   *
   * @throws ParleyError `forbidden`, `not_in_call`.
   */
  simulate(mishap: Mishap): Promise<void>;
  /** Leaves; everything published ends. Idempotent. */
  leave(): Promise<void>;
}
