import {ParleyError, type RoomId} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import type {CallsMedia} from '../spread/spread-engine.js';
import type {Lease, MediaEvent, Timer} from '../ports.js';
import {pageOf, readPage} from './call-list.js';
import {Afterglow} from './afterglow.js';
import {keepMs} from './call-record.js';
import {outOfReach} from './out-of-reach.js';
import {OwnedCall} from './owned-call.js';
import {
  beginsCall,
  methods,
  readAsk,
  readMove,
  readNotice,
  readReplayRequest,
  readRoom,
  toPeersTopic,
  toPeerTopic,
  type Ask,
  type Asked,
} from './words.js';
import {pause} from '../pause.js';

export interface OwnedCallsOptions extends Omit<CallsOptions, 'media'> {
  readonly media: CallsMedia;
}

type Entry =
  | {readonly state: 'opening' | 'closing'; readonly done: Promise<unknown>}
  | {readonly state: 'open'; readonly call: OwnedCall; readonly lease: Lease};

/** How often the peers of this node's calls are compared with the directory, to heal what the bus lost. */
const reconcileMs = 15_000;

/** Calls that move are told to do so in batches, so that those who take them up do not all come at once. */
const batchPeers = 50;
const batchMs = 200;

export const leaseName = (room: RoomId): string => `call:${room}`;

/** The calls that this node runs, each under its lease, and what other nodes may ask of them. */
export class OwnedCalls {
  readonly #options: OwnedCallsOptions;
  readonly #entries = new Map<RoomId, Entry>();
  readonly #reconciling: Timer;
  readonly #afterglow: Afterglow;
  #state: 'open' | 'moving' | 'closed' = 'open';

  constructor(options: OwnedCallsOptions) {
    this.#options = options;
    this.#afterglow = new Afterglow(options.clock);
    const {bus} = options.store;
    bus.handle(methods.ask, async (word, from) => {
      const ask = readAsk(word);
      try {
        return await this.#ask(ask, from);
      } catch (thrown) {
        // The peer's node sees only that something went wrong here.
        if (!(thrown instanceof ParleyError)) options.onDefect(thrown, {room: ask.room, request: ask.name});
        throw thrown;
      }
    });
    bus.handle(methods.notice, async (word, from) => {
      const notice = readNotice(word);
      const position = await (await this.#settled(notice.room))?.notice(notice, from);
      return {position};
    });
    bus.handle(methods.replay, async (word) => {
      const {room, session, position} = readReplayRequest(word);
      return {events: await (await this.#settled(room))?.replay(session, position)};
    });
    bus.handle(methods.move, (word) => this.#move(readMove(word)));
    bus.handle(methods.renew, (word) => this.#renew(readRoom(word)));
    bus.handle(methods.count, (word) => Promise.resolve(this.peersIn(readRoom(word))));
    bus.handle(methods.list, (word) => Promise.resolve(pageOf(readPage(word), this.#open())));
    bus.onNodeGone((node) => {
      for (const call of this.#open()) call.nodeGone(node);
    });
    this.#reconciling = options.clock.every(reconcileMs, () => {
      for (const call of this.#open()) void this.#reconcile(call);
    });
  }

  /** Peers in a call that this node runs; 0 if it runs none of that room. */
  peersIn(room: RoomId): number {
    const entry = this.#entries.get(room);
    return entry?.state === 'open' ? entry.call.peers : 0;
  }

  /**
   * Hands all calls over to other nodes and begins none any more: their peers are told, and have some seconds to join
   * again there while the media goes on here. Resolves when they have.
   */
  async moveAway(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'moving';
    let peers = 0;
    for (const call of this.#open()) {
      if (peers >= batchPeers) {
        await pause(this.#options.clock, batchMs);
        peers = 0;
      }
      peers += call.peers;
      call.end('moved');
    }
    await this.#afterglow.faded();
  }

  /** Ends all calls: their peers may begin them again on another node. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#reconciling.cancel();
    this.#afterglow.close();
    // One that is being opened meanwhile ends as soon as it is open.
    while (this.#entries.size > 0) {
      for (const call of this.#open()) call.end('lost');
      for (const entry of [...this.#entries.values()]) if ('done' in entry) await entry.done;
    }
  }

  #open(): readonly OwnedCall[] {
    return [...this.#entries.values()].flatMap((entry) => (entry.state === 'open' ? [entry.call] : []));
  }

  async #ask(word: Ask, from: string): Promise<Asked> {
    const call = await this.#settled(word.room);
    if (call !== undefined) return call.ask(word, from);
    if (!beginsCall(word.name)) return {at: 'elsewhere', owner: undefined};
    // Of several first joins one begins the call, and the others join what it began.
    if (this.#entries.has(word.room)) return this.#ask(word, from);
    const taken = await this.#take(word.room);
    return taken instanceof OwnedCall ? taken.ask(word, from) : {at: 'elsewhere', owner: taken};
  }

  /** The call, once it is neither being opened nor being closed. */
  async #settled(room: RoomId): Promise<OwnedCall | undefined> {
    for (;;) {
      const entry = this.#entries.get(room);
      if (entry === undefined) return undefined;
      if (entry.state === 'open') return entry.call;
      await entry.done;
    }
  }

  /** Begins a call here, unless another node has it: then that one. */
  async #take(room: RoomId): Promise<OwnedCall | string | undefined> {
    if (this.#state !== 'open' || !this.#options.media.available) return undefined;
    const opening = this.#begin(room);
    this.#entries.set(room, {state: 'opening', done: opening.catch(() => undefined)});
    try {
      const begun = await opening;
      if (typeof begun === 'string') {
        this.#entries.delete(room);
        return begun;
      }
      return begun;
    } catch (thrown) {
      this.#entries.delete(room);
      throw thrown;
    }
  }

  /** Either the call, already among the entries, or the node that has it. */
  async #begin(room: RoomId): Promise<OwnedCall | string> {
    const lease = await this.#options.store.leases.acquire(leaseName(room));
    if ('heldBy' in lease) return lease.heldBy;
    try {
      return await this.#openWith(room, lease);
    } catch (thrown) {
      await lease.release();
      throw thrown;
    }
  }

  async #openWith(room: RoomId, lease: Lease): Promise<OwnedCall> {
    const {media, store} = this.#options;
    const early: MediaEvent[] = [];
    let tell = (event: MediaEvent): void => void early.push(event);
    const [notes, settings] = await Promise.all([
      store.calls.open(room, lease.fence, keepMs),
      store.calls.settings(room),
    ]);
    const mediaRoom = await media.open(room, (event) => {
      tell(event);
    });
    const call = new OwnedCall({
      ...this.#options,
      room,
      records: store.calls,
      fence: lease.fence,
      settings,
      notes,
      media: mediaRoom,
      send: (node, word) => {
        store.bus.send(node, toPeerTopic, word);
      },
      mention: (node, word) => {
        store.bus.send(node, toPeersTopic, word);
      },
      onMoved: (transports) => {
        this.#afterglow.keep(mediaRoom, transports);
      },
      onEnded: (settled, heir) => {
        this.#ended(room, lease, settled, heir);
      },
    });
    this.#entries.set(room, {state: 'open', call, lease});
    tell = (event) => {
      call.mediaEvent(event);
      this.#afterglow.event(mediaRoom, event);
    };
    for (const event of early) tell(event);
    // Another node may own the call from the moment on that the lease is lost.
    const onLost = (): void => {
      call.end('lost');
    };
    lease.lost.addEventListener('abort', onLost, {once: true});
    if (lease.lost.aborted || this.#state !== 'open') onLost();
    return call;
  }

  /** Hands one call over to another node, like those of a node that leaves. */
  async #move({room, to}: {room: RoomId; to: string}): Promise<Record<string, never>> {
    const call = await this.#settled(room);
    if (call === undefined) throw new ParleyError('unknown_call');
    call.end('moved', to);
    // Who asks for the call when this is answered is sent to its new owner.
    await this.#settled(room);
    return {};
  }

  async #renew(room: RoomId): Promise<Record<string, never>> {
    const call = await this.#settled(room);
    if (call === undefined) throw new ParleyError('unknown_call');
    await call.renewMedia();
    return {};
  }

  #ended(room: RoomId, lease: Lease, settled: Promise<void>, heir: string | undefined): void {
    // Whoever runs it next finds all that was noted.
    const done = settled
      .then(() => (heir === undefined ? lease.release() : lease.pass(heir)))
      .catch((error: unknown) => {
        // It ends by itself, when it is not renewed.
        if (!outOfReach(error)) this.#options.onDefect(error, {room, lease: lease.name});
      })
      .then(() => {
        this.#entries.delete(room);
      });
    this.#entries.set(room, {state: 'closing', done});
  }

  async #reconcile(call: OwnedCall): Promise<void> {
    try {
      for (const stay of call.stays) {
        const record = await this.#options.store.sessions.find(stay.session);
        await call.reconcile(stay, record?.call === call.room ? record : 'gone');
      }
    } catch {
      // The store is away: the next round will do.
    }
  }
}
