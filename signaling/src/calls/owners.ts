import {ParleyError, type RoomId} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import type {CallsMedia} from '../spread/spread-engine.js';
import type {Standings} from '../spread/standings.js';
import {outOfReach} from './out-of-reach.js';
import {leaseName} from './owned-calls.js';
import type {NumberedEvent, StreamPosition} from './peer-stream.js';
import {beginsCall, methods, readAsked, readPosition, readReplay, type Ask, type Asked, type Notice} from './words.js';

/** A call changes hands rarely; who is sent around more often than that is better off trying again. */
const mostHops = 4;
const retryAfterMs = 1_000;
const countDeadlineMs = 1_000;

export interface Outcome {
  readonly owner: string;
  readonly data: unknown;
  readonly position: StreamPosition | undefined;
}

export interface OwnersOptions extends Pick<CallsOptions, 'store' | 'isLeaving'> {
  readonly media: CallsMedia;
  readonly standings: Pick<Standings, 'isFull'>;
}

/** Finds the node that runs a call, and speaks with it. */
export class Owners {
  readonly #store: CallsOptions['store'];
  readonly #media: CallsMedia;
  readonly #standings: OwnersOptions['standings'];
  readonly #isLeaving: CallsOptions['isLeaving'];
  /** Nodes that did not answer when they were asked last, though they are not known to be dead. */
  readonly #silent = new Set<string>();

  constructor({store, media, standings, isLeaving}: OwnersOptions) {
    this.#store = store;
    this.#media = media;
    this.#standings = standings;
    this.#isLeaving = isLeaving;
  }

  /** Carries a request to the owner; `hint` is who it was last. A join begins the call if there is none. */
  async ask(word: Ask, hint?: string): Promise<Outcome> {
    const refused = new Set<string>();
    let owner = hint;
    for (let hop = 0; hop < mostHops; hop += 1) {
      owner ??= await this.holder(word.room);
      const target = owner ?? this.#newOwner(word, refused);
      const asked = await this.#askAt(target, word, owner === undefined);
      if (asked.at === 'owner') return {owner: target, data: asked.data, position: asked.position};
      if (owner === undefined) refused.add(target);
      owner = asked.owner;
    }
    throw new ParleyError('unavailable', {message: 'The call is changing hands.', retryAfterMs});
  }

  silent(node: string): void {
    this.#silent.add(node);
  }

  /** It answers again, or is known to be gone. */
  heard(node: string): void {
    this.#silent.delete(node);
  }

  get silentNodes(): Iterable<string> {
    return this.#silent;
  }

  isSilent(node: string): boolean {
    return this.#silent.has(node);
  }

  /** Undefined if the session is not a peer of a call there. */
  async notice(owner: string, notice: Notice): Promise<StreamPosition | undefined> {
    const answer = await this.#store.bus.request(owner, methods.notice, notice);
    return readPosition(typeof answer === 'object' && answer !== null && 'position' in answer && answer.position);
  }

  async replay(
    owner: string,
    request: {room: RoomId; session: string; position: StreamPosition},
  ): Promise<readonly NumberedEvent[] | undefined> {
    return readReplay(await this.#store.bus.request(owner, methods.replay, request));
  }

  /** 0 if it cannot be known. */
  async count(room: RoomId): Promise<number> {
    try {
      const owner = await this.holder(room);
      if (owner === undefined) return 0;
      const count = await this.#store.bus.request(owner, methods.count, {room}, {deadlineMs: countDeadlineMs});
      return typeof count === 'number' ? count : 0;
    } catch {
      return 0;
    }
  }

  holder(room: RoomId): Promise<string | undefined> {
    return this.#store.leases.holder(leaseName(room));
  }

  /** Passes if any live node has media; throws a refusal that says why none has. */
  requireMedia(): void {
    if (!this.mediaAnywhere) throw this.#noMedia();
  }

  /** Whether another node, which stays, has media. */
  get mediaElsewhere(): boolean {
    return this.#carriers.some((node) => node !== this.#store.bus.node);
  }

  /** The nodes that calls can go to: they have media, stay, and answer. */
  get takers(): readonly string[] {
    return this.#carriers.filter((node) => !this.#silent.has(node));
  }

  get #carriers(): readonly string[] {
    const having = this.#store.bus.nodes().filter(({node, media}) => media && !this.#isLeaving(node));
    return having.map(({node}) => node);
  }

  /** Whether any live node has media. */
  get mediaAnywhere(): boolean {
    const {bus} = this.#store;
    return this.#media.available || bus.nodes().some(({node, media}) => media && node !== bus.node);
  }

  /**
   * Who was only chosen to begin the call, and cannot be reached, does not stand in the way of another. Neither does, of one
   * who joins, a node that left while it was asked and has the call no more.
   */
  async #askAt(target: string, word: Ask, chosen: boolean): Promise<Asked> {
    try {
      return readAsked(await this.#store.bus.request(target, methods.ask, word));
    } catch (thrown) {
      if (target === this.#store.bus.node || !outOfReach(thrown)) throw thrown;
      const another = chosen || (beginsCall(word.name) && (await this.holder(word.room)) !== target);
      if (another) return {at: 'elsewhere', owner: undefined};
      throw thrown;
    }
  }

  /**
   * This node if it has media and room, else one that has: not the same for all rooms, so that calls spread. If all are
   * full, one of them, to say so.
   */
  #newOwner({name, room}: Ask, refused: ReadonlySet<string>): string {
    if (!beginsCall(name)) throw new ParleyError('not_in_call');
    const {bus} = this.#store;
    const own = this.#media.available && !refused.has(bus.node) && !this.#isLeaving(bus.node);
    if (own && this.#media.fullForMs === undefined) return bus.node;
    const able = this.takers.filter((node) => node !== bus.node && !refused.has(node)).sort();
    const roomy = able.filter((node) => !this.#standings.isFull(node));
    if (roomy.length === 0 && own) return bus.node;
    const others = roomy.length > 0 ? roomy : able;
    const chosen = others[hash(room) % Math.max(1, others.length)];
    if (chosen !== undefined) return chosen;
    // Those with media were asked and could not at that moment: they stop, or their workers are being restarted.
    if (refused.size > 0 || bus.nodes().some(({node, media}) => media && this.#isLeaving(node)))
      throw new ParleyError('unavailable', {message: 'No node can begin a call now.', retryAfterMs});
    throw this.#noMedia();
  }

  #noMedia(): ParleyError {
    const {bus} = this.#store;
    const reason = this.#media.unavailableReason;
    const message = reason === undefined ? {} : {message: reason};
    // This node came with media and has none at the moment: its workers are being restarted.
    const soon = bus.nodes().some(({node, media}) => media && node === bus.node);
    return soon
      ? new ParleyError('unavailable', {...message, retryAfterMs})
      : new ParleyError('calls_unavailable', message);
  }
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return value;
}
