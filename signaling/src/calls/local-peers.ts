import {
  call as wire,
  ParleyError,
  people,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
  type RoomId,
  type SessionId,
  type Standing,
} from '@parley/protocol';
import type {CallsOptions, CallSession} from '../calls-part.js';
import {requireJoined, type RequestContext} from '../dispatch/handler.js';
import {KeyedOrder} from '../rooms/keyed-order.js';
import {outOfReach} from './out-of-reach.js';
import type {Outcome, Owners} from './owners.js';
import type {PeerLink} from './peer-link.js';
import type {PeerLinks} from './peer-links.js';
import {readResult, type Notice} from './words.js';
import {pause} from '../pause.js';

export type LocalPeersOptions = Pick<CallsOptions, 'clock' | 'store' | 'consent' | 'deliver' | 'onDefect'> & {
  readonly owners: Owners;
  readonly links: PeerLinks;
};

/** How long a resumed session's call is looked for while its owner is out of reach: longer than a lease of the dead. */
const locateTries = 48;
const locatePauseMs = 250;

/** What the sessions of this node ask of calls, and what calls must know of them. */
export class LocalPeers {
  readonly #options: LocalPeersOptions;
  /** A session's joins and leaves come one after another: the last one asked for decides. */
  readonly #order = new KeyedOrder<SessionId>();

  constructor(options: LocalPeersOptions) {
    this.#options = options;
  }

  /** Carries a request of a peer to its call. */
  async ask<D extends RequestDefinition>(
    definition: D,
    params: ParamsOf<D> & {room: RoomId},
    {session}: RequestContext,
  ): Promise<ResultOf<D>> {
    const link = this.#options.links.get(session.id);
    const {owner, data} = await this.#carry(definition, params, session, link);
    if (link?.room === params.room) link.owner = owner;
    return readResult(definition, data);
  }

  join(params: ParamsOf<typeof wire.join>, context: RequestContext): Promise<ResultOf<typeof wire.join>> {
    return this.#order.run(context.session.id, () => this.#join(params, context));
  }

  async #join(params: ParamsOf<typeof wire.join>, context: RequestContext): Promise<ResultOf<typeof wire.join>> {
    const {session} = context;
    const {room} = params;
    const {links, store, consent} = this.#options;
    requireJoined(session, room);
    await consent.callJoin?.(session, room);
    await this.#leaveOther(session.id, room);
    // Before the owner is asked: whoever ends the session, and whoever resumes it, finds the call by its record.
    await store.sessions.setCall(session.id, room);
    // The connection may have gone meanwhile: a link that nobody ends would speak for the session for ever.
    requireJoined(session, room);
    const before = session.standing(room);
    const joined = await this.#positioned(wire.join, params, context, links.open(session.id, room));
    // What the session may do changed while the owner was asked, perhaps before it knew the peer.
    const standing = session.standing(room);
    if (standing?.call.includes('join') !== true) {
      await this.#leave({room}, context);
      throw new ParleyError('forbidden');
    }
    if (standing !== before)
      this.#notice({room, session: session.id, ...rightsOf(standing)}, links.get(session.id)?.owner);
    return joined;
  }

  /** Waits to be let into a call; while it waits, the session is in the call as far as its record says. */
  knock(params: ParamsOf<typeof people.knock>, context: RequestContext): Promise<ResultOf<typeof people.knock>> {
    return this.#order.run(context.session.id, async () => {
      const {session} = context;
      const {room} = params;
      const {links, store, consent} = this.#options;
      requireJoined(session, room);
      await consent.callJoin?.(session, room);
      await this.#leaveOther(session.id, room);
      await store.sessions.setCall(session.id, room);
      requireJoined(session, room);
      return this.#positioned(people.knock, params, context, links.open(session.id, room));
    });
  }

  async sync(params: ParamsOf<typeof wire.sync>, context: RequestContext): Promise<ResultOf<typeof wire.sync>> {
    return this.#positioned(wire.sync, params, context, this.#options.links.open(context.session.id, params.room));
  }

  /** Leaving a call that one is not in is fine, and so is one whose owner is out of reach: it will find the record. */
  leave(params: ParamsOf<typeof wire.leave>, context: RequestContext): Promise<Record<string, never>> {
    return this.#order.run(context.session.id, () => this.#leave(params, context));
  }

  async #leave(params: ParamsOf<typeof wire.leave>, {session}: RequestContext): Promise<Record<string, never>> {
    const {links} = this.#options;
    const link = links.get(session.id);
    if (link !== undefined && link.room !== params.room) return {};
    links.drop(session.id);
    try {
      await this.#carry(wire.leave, params, session, link);
    } catch (thrown) {
      if (!(thrown instanceof ParleyError)) throw thrown;
    }
    await this.#options.store.sessions.setCall(session.id, undefined);
    return {};
  }

  resumed({session, call: room}: CallSession, standing: () => Standing | undefined): void {
    if (room === undefined) return;
    const {links, deliver, onDefect} = this.#options;
    if (standing()?.call.includes('join') !== true) {
      deliver(session, wire.closed, {room, reason: 'removed'});
      this.#notice({room, session, what: 'leftRoom'}, undefined);
      void this.#forget(session);
      return;
    }
    const link = links.open(session, room);
    this.#locate(session, link, standing).catch((error: unknown) => {
      onDefect(error, {session, room});
    });
  }

  /** Tells the owner of the session's call, if it is in one. */
  tell({session, call}: CallSession, what: 'away' | 'ended'): void {
    const link = this.#options.links.drop(session);
    this.#notice({room: link?.room ?? call, session, what}, link?.owner);
  }

  leftRoom({session, call}: CallSession, room: RoomId): void {
    const link = this.#options.links.get(session);
    // Its link stays: the owner has something to say yet.
    if ((link?.room ?? call) === room) this.#notice({room, session, what: 'leftRoom'}, link?.owner);
  }

  standingChanged({session}: CallSession, room: RoomId, standing: Standing): void {
    const link = this.#options.links.get(session);
    if (link?.room === room) this.#notice({room, session, ...rightsOf(standing)}, link.owner);
  }

  /** Asks what is answered with the peer's position; after the reply the client is told what followed. */
  async #positioned<D extends typeof wire.join | typeof wire.sync | typeof people.knock>(
    definition: D,
    params: ParamsOf<D>,
    {session, afterReply}: RequestContext,
    link: PeerLink,
  ): Promise<ResultOf<D>> {
    const {links} = this.#options;
    let outcome: Outcome;
    let result: ResultOf<D>;
    try {
      outcome = await this.#carry(definition, params, session, link);
      result = readResult(definition, outcome.data);
    } catch (thrown) {
      // If the connection went meanwhile, the session's record is no longer for this node to correct.
      if (!links.settle(session.id, link)) await this.#forget(session.id);
      throw thrown;
    }
    const {owner, position} = outcome;
    if (link.isClosed()) {
      // The connection went while the owner was asked. If nobody has come back, it must know.
      if (links.get(session.id) === undefined)
        this.#notice({room: link.room, session: session.id, what: 'away'}, owner);
    } else {
      afterReply(() => {
        if (position !== undefined) link.moveTo(owner, position);
        // Who need not wait is in no call before it joins.
        if (!links.settle(session.id, link)) void this.#forget(session.id);
      });
    }
    return result;
  }

  #carry(
    {name}: RequestDefinition,
    params: {room: RoomId},
    session: RequestContext['session'],
    link: PeerLink | undefined,
  ): Promise<Outcome> {
    const {id, user, name: displayName} = session;
    // Who is not in the room any more may leave its call, and nothing else.
    const {role, call: rights} = session.standing(params.room) ?? {role: 'guest', call: []};
    const peer = {session: id, user, name: displayName, role, rights};
    const hint = link?.room === params.room ? link.owner : undefined;
    return this.#options.owners.ask({room: params.room, name, params, peer}, hint);
  }

  /** A session is in one call at a time. */
  async #leaveOther(session: string, room: RoomId): Promise<void> {
    const {links, owners, deliver} = this.#options;
    const other = links.get(session);
    if (other === undefined || other.room === room) return;
    links.drop(session);
    deliver(session, wire.closed, {room: other.room, reason: 'left'});
    if (other.owner !== undefined) {
      await owners.notice(other.owner, {room: other.room, session, what: 'ended'}).catch(() => undefined);
    }
  }

  /** Tells the owner that the peer is here now, wherever that is. */
  async #locate(session: string, link: PeerLink, standing: () => Standing | undefined): Promise<void> {
    const {owners, links, clock} = this.#options;
    const {room} = link;
    for (let tries = 0; tries < locateTries && !link.isClosed(); tries += 1) {
      try {
        const owner = await owners.holder(room);
        const now = standing();
        const news = {room, session, ...(now && rightsOf(now)), what: 'here'} as const;
        const position = owner === undefined ? undefined : await owners.notice(owner, news);
        if (link.isClosed()) return;
        if (owner !== undefined && position !== undefined) {
          link.foundAt(owner, position);
          links.settle(session, link);
          return;
        }
        // The call is over, or over for the session, whatever its record says; unless it is joining at this moment.
        if (!link.contended) break;
      } catch (thrown) {
        if (!outOfReach(thrown)) throw thrown;
      }
      await pause(clock, locatePauseMs);
    }
    if (link.position === undefined) links.lost(session, link);
    else links.settle(session, link);
  }

  #notice({room, ...news}: Omit<Notice, 'room'> & {room: RoomId | undefined}, known: string | undefined): void {
    if (room === undefined) return;
    const {owners, onDefect} = this.#options;
    const telling = async (): Promise<void> => {
      const owner = known ?? (await owners.holder(room));
      if (owner !== undefined) await owners.notice(owner, {room, ...news});
    };
    telling().catch((error: unknown) => {
      // Out of reach: its owner will see it in the directory.
      if (!outOfReach(error)) onDefect(error, {session: news.session, room});
    });
  }

  async #forget(session: string): Promise<void> {
    const {store, onDefect} = this.#options;
    await store.sessions.setCall(session, undefined).catch((error: unknown) => {
      if (!outOfReach(error)) onDefect(error, {session});
    });
  }
}

/** What the owner is told of a session that stands so in the room. */
function rightsOf({role, call: rights}: Standing): Pick<Notice, 'what' | 'role' | 'rights'> {
  return {what: rights.includes('join') ? 'rights' : 'leftRoom', role, rights};
}
