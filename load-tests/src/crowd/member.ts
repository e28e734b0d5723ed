import {chat, protocolVersion, push, room as roomWire, session as sessionWire} from '@parley/protocol';
import {nowMicros} from '../generator/tally.js';
import {token} from '../generator/token.js';
import {Journal} from './journal.js';
import type {Notes, Phase} from './notes.js';
import {Outbox} from './outbox.js';
import {WayBack} from './way-back.js';
import {field, payloadOf, Wire, type WireListener} from './wire.js';

export interface MemberOptions {
  /** `ws://host:port` of every node. */
  readonly urls: readonly string[];
  /** Which of them it connects to first. */
  readonly home: number;
  readonly user: string;
  readonly secret: string;
  readonly room: string;
  readonly notes: Notes;
  /** Tells of events that are neither stored nor about the session. */
  readonly onOther?: (name: string) => void;
}

type State =
  | {readonly at: 'opening'; readonly wire: Wire; readonly since: number}
  | {readonly at: 'live'; readonly wire: Wire; readonly since: number}
  | {readonly at: 'waiting'; readonly timer: NodeJS.Timeout}
  | {readonly at: 'over'; readonly why: string};

const attemptMs = 10_000;
const stableMs = 5_000;
const joinAgainMs = 100;
const nothing = (): void => undefined;
const [firstBackoffMs, longestBackoffMs] = [300, 10_000];

/**
 * A client that knows nothing but Socket.IO and the protocol: it stays in one room, comes back as the protocol asks,
 * resumes, and keeps a journal of what it is told. Nothing is repaired on its side: what is missing is missing.
 */
export class Member {
  readonly journal = new Journal();
  readonly outbox: Outbox;
  readonly #options: MemberOptions;
  readonly #token: string;
  #state: State;
  #kept: {readonly session: string; readonly key: string} | undefined;
  #attempt = 0;
  #node: number;
  #failures = 0;
  #pingMs = Infinity;
  #wayBack: WayBack | undefined;
  /** The phase in which it last lost its connection. */
  #lostIn: Phase | undefined;
  #entered = nothing;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#token = token(options.secret, options.user);
    this.#node = options.home;
    this.outbox = new Outbox(options.room, (params, onAnswer) => {
      if (!this.live || this.#state.at !== 'live') return false;
      this.#state.wire.request(chat.send.name, params, onAnswer);
      return true;
    });
    this.#state = {at: 'waiting', timer: setTimeout(nothing, 0)};
  }

  /** Connects and joins; resolves when it is in the room. */
  enter(): Promise<void> {
    return new Promise((resolve) => {
      this.#entered = resolve;
      this.#open();
    });
  }

  /** Connected, in the room, and not behind. */
  get live(): boolean {
    return this.#state.at === 'live' && this.journal.stand !== undefined && this.#wayBack === undefined;
  }

  get session(): string | undefined {
    return this.#kept?.session;
  }

  /** Which node it is, or was last, connected to. */
  get node(): number {
    return this.#node % this.#options.urls.length;
  }

  /** Why it will not come back; undefined if it will. */
  get over(): string | undefined {
    return this.#state.at === 'over' ? this.#state.why : undefined;
  }

  request(name: string, params: unknown, onAnswer: (answer: unknown) => void): void {
    if (this.#state.at === 'live') this.#state.wire.request(name, params, onAnswer);
  }

  /** Cuts its connection without a word; it comes back to some node after so long. */
  cut(awayMs: number, node: number): void {
    if (this.#state.at !== 'live') return;
    this.#state.wire.cut();
    this.#lost(undefined);
    this.#failures = 0;
    this.#node = node;
    this.#wait(awayMs);
  }

  /** To be called every second: gives up attempts and connections of which nothing is heard. */
  look(): void {
    const state = this.#state;
    const given = state.at === 'opening' ? performance.now() - state.since > attemptMs : false;
    const silent = state.at === 'live' ? state.wire.silentMs > this.#pingMs : false;
    if ((!given && !silent) || !('wire' in state)) return;
    state.wire.cut();
    this.#comeBack(undefined);
  }

  stop(): void {
    if ('wire' in this.#state) this.#state.wire.cut();
    if (this.#state.at === 'waiting') clearTimeout(this.#state.timer);
    this.outbox.close();
    this.#state = {at: 'over', why: 'stopped'};
  }

  #open(): void {
    this.#wayBack?.tries();
    this.#attempt += 1;
    const listener: WireListener = {
      onOpen: (pingMs) => {
        this.#pingMs = pingMs;
        wire.connect(this.#handshake());
      },
      onRefused: (data) => {
        wire.cut();
        if (this.#wayBack) this.#options.notes.refusedWith(String(field(data, 'code')));
        this.#judge(Number(field(data, 'closeCode')), String(field(data, 'code')), field(data, 'retryAfterMs'));
      },
      onEvent: (name, frame) => {
        this.#receive(wire, name, frame);
      },
      onEnd: () => {
        this.#comeBack(undefined);
      },
    };
    const wire = new Wire(this.#options.urls[this.node] ?? '', listener);
    this.#state = {at: 'opening', wire, since: performance.now()};
  }

  #handshake() {
    const {stand} = this.journal;
    const rooms = stand ? {[this.#options.room]: [stand.epoch, stand.offset]} : {};
    const resume = this.#kept && {...this.#kept, rooms};
    return {token: this.#token, v: protocolVersion, attempt: this.#attempt, ...(resume && {resume})};
  }

  #receive(wire: Wire, name: string, frame: string): void {
    switch (name) {
      case chat.message.name:
      case roomWire.member.name:
      case push.stored.name:
        this.#stored(payloadOf(frame));
        break;
      case sessionWire.ready.name:
        this.#ready(wire, payloadOf(frame));
        break;
      case sessionWire.closing.name: {
        const payload = payloadOf(frame);
        wire.cut();
        this.#judge(Number(field(payload, 'code')), String(field(payload, 'reason')), field(payload, 'retryAfterMs'));
        break;
      }
      case roomWire.reset.name: {
        const payload = payloadOf(frame);
        this.journal.breaks({epoch: String(field(payload, 'epoch')), offset: Number(field(payload, 'head'))});
        break;
      }
      default:
        this.#options.onOther?.(name);
    }
  }

  #stored(payload: unknown): void {
    const stand = {epoch: String(field(payload, 'epoch')), offset: Number(field(payload, 'offset'))};
    const text = field(payload, 'text');
    const [, sequence, sentAt] = typeof text === 'string' ? text.split('#', 3) : [];
    const fresh = this.journal.event(stand, sequence === undefined ? undefined : Number(sequence));
    if (fresh && sentAt !== undefined && this.#wayBack === undefined) this.#time(Number(sentAt));
    this.#caughtUp();
  }

  #time(sentAt: number): void {
    const {notes} = this.#options;
    if (this.#lostIn !== notes.phase) notes.latency[notes.phase].recordValue((nowMicros() - sentAt) / 1_000);
  }

  #ready(wire: Wire, payload: unknown): void {
    const {notes, room} = this.#options;
    this.#state = {at: 'live', wire, since: performance.now()};
    notes.takenBy(this.node);
    const was = this.#kept?.session;
    this.#kept = {session: String(field(payload, 'session')), key: String(field(payload, 'key'))};
    if (was !== undefined && was !== this.#kept.session) notes.anew += 1;
    this.#wayBack?.connected();
    const listed = field(payload, 'rooms');
    const own = Array.isArray(listed) ? (listed as unknown[]).find((one) => field(one, 'room') === room) : undefined;
    if (own === undefined) this.#join(wire);
    else this.#goesOn(own);
  }

  /** @param said of the room, by `session.ready` or as the answer to joining it again */
  #goesOn(said: unknown): void {
    const head = Number(field(said, 'head'));
    if (field(said, 'recovered') === false) {
      this.journal.breaks({epoch: String(field(said, 'epoch')), offset: head});
    }
    this.#wayBack?.leadsTo(head);
    this.#caughtUp();
  }

  #join(wire: Wire): void {
    const {room} = this.#options;
    const since = this.journal.stand;
    wire.request(roomWire.join.name, {room, ...(since && {since})}, (answer) => {
      if (field(answer, 'ok') !== true) {
        if (field(field(answer, 'error'), 'code') === 'unknown_room')
          wire.request(roomWire.create.name, {room}, nothing);
        // Another client makes the room at this moment, or the store is away.
        setTimeout(() => {
          if (this.#state.at === 'live' && this.#state.wire === wire) this.#join(wire);
        }, joinAgainMs);
        return;
      }
      const data = field(answer, 'data');
      const stand = {epoch: String(field(data, 'epoch')), offset: Number(field(data, 'head'))};
      if (!since) this.journal.begins(stand);
      this.#goesOn(since ? data : {head: stand.offset});
      this.#entered();
    });
  }

  #caughtUp(): void {
    if (this.#wayBack?.endsAt(this.journal.stand?.offset ?? 0) !== true) return;
    this.#wayBack = undefined;
    this.outbox.resend();
  }

  #judge(closeCode: number, reason: string, retryAfterMs: unknown): void {
    if (closeCode >= 4_500) {
      this.#options.notes.sentAway += 1;
      this.#state = {at: 'over', why: reason};
      this.outbox.close();
      return;
    }
    const told = typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
    const wasLive = this.#state.at === 'live';
    this.#comeBack(told);
    if (wasLive && reason === 'draining' && told !== undefined) this.#wayBack?.announced(told);
  }

  /** As the protocol asks: at once, then after times that double, and never before it was told to. */
  #comeBack(retryAfterMs: number | undefined): void {
    this.#lost(retryAfterMs);
    const backoff = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(this.#failures - 2, 10));
    const ownMs = this.#failures <= 1 ? 0 : backoff * (1 - Math.random() / 2);
    this.#node += 1;
    this.#wait(Math.max(ownMs, retryAfterMs ?? 0));
  }

  #lost(retryAfterMs: number | undefined): void {
    const {state, now} = {state: this.#state, now: performance.now()};
    if (state.at === 'live' && now - state.since >= stableMs) this.#failures = 0;
    // Who was told when to come has not failed.
    if (retryAfterMs === undefined) this.#failures += 1;
    this.#lostIn = this.#options.notes.phase;
    this.outbox.lost();
    if (this.journal.stand === undefined) return;
    this.#wayBack ??= new WayBack(this.#options.notes);
    this.#wayBack.fails();
  }

  #wait(ms: number): void {
    const timer = setTimeout(() => {
      this.#open();
    }, ms);
    this.#state = {at: 'waiting', timer};
  }
}
