import {call as wire, hasCode, ParleyError, people} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import {parseParams} from '../dispatch/parse-params.js';
import type {CallSettings, MediaEvent, Timer} from '../ports.js';
import type {CallRoom} from '../spread/call-room.js';
import {Attendance, type Stay} from './attendance.js';
import {CallLife} from './call-life.js';
import {closeParts, createParts, type CallParts} from './call-parts.js';
import type {CallLine} from './call-list.js';
import {CallRecord} from './call-record.js';
import {largeCall, type Peer} from './call-state.js';
import {Mailbox} from './mailbox.js';
import {followMedia, tellStrain} from './media-news.js';
import {moderation, theBackend} from './moderation.js';
import type {NumberedEvent, PeerStream, StreamPosition} from './peer-stream.js';
import {rehearse} from './rehearsal.js';
import {peerRequests} from './requests.js';
import {standingOf} from './standing-of.js';
import {backend, type Ask, type Asked, type Notice, type ToPeer, type ToPeers} from './words.js';

export interface OwnedCallOptions extends Pick<
  CallsOptions,
  'clock' | 'ids' | 'limits' | 'observer' | 'toRoom' | 'onDefect'
> {
  readonly room: string;
  readonly media: CallRoom;
  readonly records: CallsOptions['store']['calls'];
  readonly fence: number;
  /** What the room says of its calls, and what was noted of this one by who ran it before. */
  readonly settings: CallSettings;
  readonly notes: ReadonlyMap<string, string>;
  readonly send: (node: string, word: ToPeer) => void;
  readonly mention: (node: string, word: ToPeers) => void;
  /** It goes on at another node: these transports, which carry media, are to stand until their peers have turned away. */
  readonly onMoved: (transports: readonly string[]) => void;
  /** The call is over; told once. When `settled`, nothing more is written of it, and `heir`, if any, is to run it next. */
  readonly onEnded: (settled: Promise<void>, heir: string | undefined) => void;
}

const statusMs = 250;

/** A call on the node that runs it. Everything that changes it goes through its mailbox. */
export class OwnedCall {
  readonly #options: OwnedCallOptions;
  readonly #mailbox = new Mailbox();
  readonly #record: CallRecord;
  readonly #parts: CallParts;
  readonly #attendance: Attendance;
  readonly #requests: ReturnType<typeof peerRequests>;
  readonly #acts: ReturnType<typeof moderation>;
  /** For those who were in it when it was lost, to come back. */
  readonly #returning: Timer;
  readonly #life: CallLife;
  #status: Timer | undefined;
  #ended = false;

  constructor(options: OwnedCallOptions) {
    const {room, fence, records, clock, notes, limits} = options;
    this.#options = options;
    this.#life = new CallLife({room, observer: options.observer, takenUp: notes.size > 0});
    const onDefect = (error: unknown): void => {
      this.#defect(error);
    };
    const onSuperseded = (): void => {
      this.end('lost');
    };
    const record = (this.#record = new CallRecord(notes, {room, fence, records, clock, onSuperseded, onDefect}));
    const onCount = (delta: number): void => {
      this.#counted(delta);
    };
    const onGone = (peer: Peer): void => {
      parts.roster.lose(peer);
      this.#endIfDeserted();
    };
    const parts = (this.#parts = createParts({...options, mailbox: this.#mailbox, record, onCount, onGone, onDefect}));
    this.#attendance = new Attendance(parts);
    const lose = (): void => {
      this.end('lost');
    };
    this.#requests = peerRequests(parts, (peer, mishap) => {
      rehearse(peer, mishap, {...parts, media: options.media, clock, lose});
    });
    const end = (): void => {
      this.end('ended');
    };
    this.#acts = moderation({...parts, record, records, end});
    this.#returning = clock.after(limits.resumeWindowMs, () => {
      this.#post(() => {
        parts.profiles.forgetStrangers();
      });
    });
  }

  get room(): string {
    return this.#options.room;
  }

  get peers(): number {
    return this.#parts.state.peers.size;
  }

  /** As operators see it in a list. */
  get line(): CallLine {
    const {state, lobby} = this.#parts;
    const {peers, producers, startedAt} = state;
    return {room: this.room, startedAt, peers: peers.size, producers: producers.size, waiting: lobby.waiting};
  }

  /** Who is in the call, or waits, to be compared with the directory. */
  get stays(): readonly Stay[] {
    return this.#attendance.stays;
  }

  /** A request of a peer that is connected to `node`. Elsewhere: the call ended before its turn came. */
  ask(word: Ask, node: string): Promise<Asked> {
    return this.#mailbox.ask(async () => {
      if (this.#ended) return {at: 'elsewhere', owner: undefined};
      try {
        const {stream, data} = await this.#carryOut(word, node);
        return {at: 'owner', data, position: stream?.position};
      } finally {
        this.#endIfEmpty();
      }
    });
  }

  /** What became of a session. Its position, if it is in the call still. */
  notice(notice: Notice, node: string): Promise<StreamPosition | undefined> {
    return this.#mailbox.post(() => {
      if (this.#ended) return undefined;
      const position = this.#attendance.notice(notice, node);
      this.#endIfEmpty();
      return position;
    });
  }

  reconcile(stay: Stay, record: Parameters<Attendance['reconcile']>[1]): Promise<void> {
    return this.#mailbox.post(() => {
      this.#attendance.reconcile(stay, record);
      this.#endIfEmpty();
    });
  }

  nodeGone(node: string): void {
    this.#post(() => {
      this.#attendance.nodeGone(node);
    });
  }

  replay(session: string, position: StreamPosition): Promise<readonly NumberedEvent[] | undefined> {
    return this.#mailbox.post(() => this.#attendance.find(session)?.stream.after(position));
  }

  /** Its media goes to other workers of this node. Rejects as {@link CallRoom.renew} does. */
  renewMedia(): Promise<void> {
    return this.#mailbox.ask(() => {
      if (this.#ended) throw new ParleyError('unknown_call');
      return this.#options.media.renew();
    });
  }

  mediaEvent(event: MediaEvent): void {
    // At once: whatever waits in the mailbox for this media would wait in vain.
    if (event.kind === 'lost') this.end('lost');
    else
      this.#post(() => {
        followMedia(event, this.#parts);
        if (event.kind === 'peersLost') this.#endIfDeserted();
      });
  }

  /** Tells all peers, closes all media unless it moved; what waits in the mailbox finds the call elsewhere. Idempotent. */
  end(reason: 'ended' | 'lost' | 'moved', heir?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const {state, lobby, outbox} = this.#parts;
    this.#returning.cancel();
    this.#status?.cancel();
    closeParts(this.#parts);
    const peers = state.peers.size;
    const anybody = peers > 0 || !lobby.isEmpty;
    for (const each of [...state.peers.values(), ...lobby.all])
      outbox.tell(each, wire.closed, {room: this.room, reason});
    const transports = [...state.peers.values()].flatMap((peer) => [...peer.transports.values()]);
    for (const all of [state.peers, state.producers, state.carried, state.consumers, lobby]) all.clear();
    if (reason === 'moved')
      this.#options.onMoved(transports.filter(({media}) => media === 'connected').map(({id}) => id));
    else this.#options.media.close();
    if (anybody) this.#counted(-peers);
    this.#life.ended(reason);
    this.#options.onEnded(this.#record.end(reason === 'ended' ? 'over' : 'lost'), heir);
  }

  async #carryOut({name, params, peer: asking}: Ask, node: string): Promise<{stream?: PeerStream; data: unknown}> {
    const {state, roster, lobby, changes} = this.#parts;
    const act = this.#acts.get(name);
    if (act !== undefined) return {data: await act(asking === backend ? theBackend : asking, params)};
    if (asking === backend) throw new ParleyError('unknown_request');
    const comer = {...asking, node};
    if (name === wire.join.name) {
      const {id, rtpCapabilities} = parseParams(wire.join, params);
      const peer = roster.join({...comer, joinId: id, capabilities: rtpCapabilities});
      const waiter = lobby.get(peer.session);
      if (waiter !== undefined) lobby.remove(waiter);
      this.#tellWaiting(peer);
      changes.knows(peer);
      this.#tellStrain(peer);
      return {stream: peer.stream, data: {peer: peer.session, ...state.snapshot(peer), ...standingOf(this.#parts)}};
    }
    if (name === people.knock.name) {
      const waiter = lobby.knock(comer);
      return {...(waiter && {stream: waiter.stream}), data: {admitted: waiter?.state !== 'waiting'}};
    }
    const request = this.#requests.get(name);
    if (request === undefined) throw new ParleyError('unknown_request');
    const waiter = lobby.get(asking.session);
    if (waiter !== undefined && name === wire.leave.name) {
      lobby.remove(waiter);
      return {data: {}};
    }
    const peer = state.peers.get(asking.session);
    if (peer === undefined) throw new ParleyError('not_in_call');
    roster.here(peer, node);
    try {
      const data = await request(peer, params);
      if (name === wire.sync.name) {
        this.#tellWaiting(peer);
        this.#tellStrain(peer);
      }
      if (!this.#isOver()) return {data, ...(name === wire.sync.name && {stream: peer.stream})};
    } catch (thrown) {
      if (!this.#isOver()) throw thrown;
    }
    // The call ended while media was waited for, however that came out.
    throw new ParleyError('not_in_call');
  }

  /** Who waits, after the answer: for a peer who may let them in. */
  #tellWaiting(peer: Peer): void {
    if (!peer.rights.includes('moderate') || this.#parts.lobby.waiting === 0) return;
    this.#post(() => {
      if (this.#parts.state.peers.get(peer.session) === peer) this.#parts.lobby.tellAll(peer);
    });
  }

  /** After the answer, too. */
  #tellStrain(peer: Peer): void {
    const {state} = this.#parts;
    if (state.strain === 'none') return;
    this.#post(() => {
      if (state.peers.get(peer.session) === peer) tellStrain(peer, this.#parts);
    });
  }

  #isOver(): boolean {
    return this.#ended;
  }

  #endIfEmpty(): void {
    if (this.peers > 0 || !this.#parts.lobby.isEmpty) return;
    // To a call that was lost nobody has come back yet: who was refused does not end it for them.
    this.end(this.#life.begun || this.#options.notes.size === 0 ? 'ended' : 'lost');
  }

  /** Nobody is left who could leave it; they are expected back. */
  #endIfDeserted(): void {
    if (this.peers === 0 && this.#parts.lobby.isEmpty) this.end('lost');
  }

  /** So many more peers than before, or others who wait. */
  #counted(delta: number): void {
    this.#life.counted(delta);
    if (this.peers <= largeCall) this.#tellStatus();
    // Of a large call the room is told the newest four times a second at most.
    else
      this.#status ??= this.#options.clock.after(statusMs, () => {
        this.#tellStatus();
      });
  }

  #tellStatus(): void {
    this.#status?.cancel();
    this.#status = undefined;
    const {toRoom, clock, room} = this.#options;
    const {peers} = this;
    toRoom(room, wire.status, {room, active: peers > 0, peers, waiting: this.#parts.lobby.waiting, at: clock.now()});
  }

  #post(task: () => void): void {
    this.#mailbox.post(task).catch((error: unknown) => {
      this.#defect(error);
    });
  }

  #defect(error: unknown): void {
    if (hasCode(error, 'unknown_media')) return; // Closed meanwhile.
    this.#options.onDefect(error, {room: this.room});
  }
}
