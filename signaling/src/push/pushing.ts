import {createHash} from 'node:crypto';
import {ParleyError, type GroupId, type RoomId} from '@parley/protocol';
import type {PushPayload} from '../nodes/node-words.js';
import type {Clock, Ids, PushTimes, SessionRecord, Store} from '../ports.js';
import {ttlMsUnlessGiven, type PushOutcome, type PushReport, type PushRequest} from '../pushes.js';
import {refuseContradictions} from './contradictions.js';
import type {Delivery, Handed} from './delivery.js';
import {nothingKept, plus, type InboxDelivery, type Kept} from './inbox-delivery.js';
import type {Notices} from './notices.js';
import type {Once} from './once.js';
import {printOf} from './print.js';
import type {RoomPushes} from './room-pushes.js';

/** Users of a group that nodes are asked for at a time. */
const usersAtATime = 1_000;
/** For how long it is known what became of a push, after it can become nothing else. */
const recordKeptMs = 3_600_000;

export interface PushingOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: Pick<Store, 'groups' | 'pushes' | 'sessions'>;
  readonly delivery: Delivery;
  readonly inboxes: InboxDelivery;
  readonly notices: Notices;
  readonly once: Once;
  readonly rooms: RoomPushes;
}

type Sent = Omit<PushReport, 'repeated'>;

/**
 * Of a push with a key, the same each time: what is kept already, though its receipt is not because the node died that put
 * it, is not put again.
 */
function keptId(request: PushRequest): string | undefined {
  if (request.key === undefined) return undefined;
  const hash = createHash('sha256')
    .update(`${request.key} ${printOf(request)}`)
    .digest('base64url');
  return `p_${hash.slice(0, 21)}`;
}

/** What becomes of a push: once per key, and then by its target. */
export class Pushing {
  readonly #options: PushingOptions;

  constructor(options: PushingOptions) {
    this.#options = options;
  }

  async push(request: PushRequest): Promise<PushReport> {
    refuseContradictions(request);
    if (request.key === undefined) return {...(await this.#send(request)), repeated: false};
    const {once} = this.#options;
    const {answer, repeated} = await once.run(`push/${request.key}`, printOf(request), () => this.#send(request));
    return {...answer, repeated};
  }

  async #send(request: PushRequest): Promise<Sent> {
    const {clock, ids, store, rooms} = this.#options;
    const {target, topic, data} = request;
    const id = `p_${ids.id()}`;
    if ('room' in target) await rooms.requireRoom(target.room);
    if ('room' in target && request.store) return this.#intoFeed(target.room, request, id);
    if ('group' in target && !(await store.groups.get(target.group))) throw new ParleyError('unknown_group');
    const at = clock.now();
    if (request.store || request.notify) {
      const lasting = keptId(request) ?? id;
      const {ttlMs = ttlMsUnlessGiven} = request;
      const times = {at, expiresAt: at + ttlMs, keepMs: ttlMs + recordKeptMs};
      return this.#recorded(lasting, times, async () => ({
        ...(await this.#keepOrHand(request, lasting, at)),
        ...(await this.#notify(request, lasting, times)),
      }));
    }
    if (request.ack !== true) return {id, ...(await this.#hand(request, {id, topic, data, at}))};
    return this.#recorded(id, {at, keepMs: recordKeptMs}, () => this.#hand(request, {id, topic, data, at, ack: true}));
  }

  async outcome(id: string): Promise<PushOutcome> {
    const {clock, store} = this.#options;
    const record = await store.pushes.get(id);
    if (record === undefined) throw new ParleyError('unknown_push');
    const {taken, ...known} = record;
    const left = Math.max(0, known.stored - taken - known.superseded);
    const isOver = known.expiresAt !== undefined && known.expiresAt <= clock.now();
    return {id, ...known, waiting: isOver ? 0 : left, expired: isOver ? left : 0};
  }

  async #keepOrHand(request: PushRequest, id: string, at: number): Promise<Handed> {
    if (request.store) return this.#keep(request, id);
    const {topic, data, ack} = request;
    return this.#hand(request, {id, topic, data, at, ...(ack === true && {ack})});
  }

  /** After everything else: whoever is not there by now has not got it. */
  async #notify(
    {notify, ...request}: PushRequest,
    id: string,
    {at, expiresAt}: Required<PushTimes>,
  ): Promise<{browsers?: number}> {
    if (notify === undefined) return {};
    const {notices, store} = this.#options;
    const notice = {id, at, expiresAt, urgency: 'normal', request: {...request, notify}} as const;
    let [browsers, failed] = [0, 0];
    for await (const users of this.#wanted(request)) {
      const noticed = await notices.send(users, notice);
      browsers += noticed.browsers + noticed.browsersFailed;
      failed += noticed.browsersFailed;
    }
    if (failed > 0) await store.pushes.count(id, {browsersFailed: failed}).catch(() => undefined);
    return {browsers};
  }

  /** Users of the target, without those who are left out. */
  async *#wanted({target, except}: Pick<PushRequest, 'target' | 'except'>): AsyncGenerator<readonly string[]> {
    if ('user' in target) yield [target.user];
    if (!('group' in target)) return;
    const excluded = new Set(except?.users);
    for await (const users of this.#usersOf(target.group)) yield users.filter((user) => !excluded.has(user));
  }

  /** It is noted before the first client can acknowledge it. */
  async #recorded<T extends Handed>(id: string, times: PushTimes, deed: () => Promise<T>): Promise<T & {id: string}> {
    const {pushes} = this.#options.store;
    await pushes.open(id, times);
    const done = await deed();
    // Its caller is told in any case.
    await pushes.answer(id, {stored: 0, refused: 0, browsers: 0, ...done}).catch(() => undefined);
    return {id, ...done};
  }

  async #hand({target, except}: PushRequest, payload: PushPayload): Promise<Handed> {
    const {store, delivery} = this.#options;
    if ('room' in target) return delivery.toRoom(target.room, {...payload, room: target.room}, except);
    if ('group' in target) {
      let handed: Handed = {addressed: 0, reached: 0};
      for await (const users of this.#usersOf(target.group)) {
        const {addressed, reached} = await delivery.toUsers(users, payload, except);
        handed = {addressed: handed.addressed + addressed, reached: handed.reached + reached};
      }
      return handed;
    }
    if ('all' in target) return delivery.toAll(payload, except);
    const records = 'user' in target ? await store.sessions.ofUser(target.user) : await this.#find(target.session);
    return delivery.toSessions(records, payload);
  }

  async #keep(
    {target, except, topic, data, ttlMs = ttlMsUnlessGiven, collapseKey}: PushRequest,
    id: string,
  ): Promise<Kept> {
    const {inboxes} = this.#options;
    const collapsing = collapseKey === undefined ? {} : {collapseKey};
    const push = {id, json: JSON.stringify({topic, data, ...collapsing}), ttlMs, ...collapsing};
    if ('user' in target) {
      const kept = await inboxes.keep([target.user], push);
      if (kept.refused > 0) throw new ParleyError('inbox_full');
      return kept;
    }
    let all = nothingKept;
    for await (const users of this.#wanted({target, except})) all = plus(all, await inboxes.keep(users, push));
    return all;
  }

  async *#usersOf(group: GroupId): AsyncGenerator<readonly string[]> {
    let after: string | undefined;
    for (;;) {
      const page = await this.#options.store.groups.users(group, {
        ...(after !== undefined && {after}),
        limit: usersAtATime,
      });
      if (page === undefined || page.users.length === 0) return;
      yield page.users;
      if (!page.more) return;
      after = page.users.at(-1);
    }
  }

  async #intoFeed(room: RoomId, request: PushRequest, id: string): Promise<Sent> {
    const [sent] = await this.#options.rooms.append(room, [{id, request}]);
    if (sent === undefined || sent instanceof ParleyError) throw sent ?? new Error('A push has no outcome.');
    return sent;
  }

  async #find(session: string): Promise<readonly SessionRecord[]> {
    const record = await this.#options.store.sessions.find(session);
    return record ? [record] : [];
  }
}
