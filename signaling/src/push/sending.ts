import {ParleyError, type GroupId, type RoomId} from '@parley/protocol';
import type {PushPayload} from '../nodes/node-words.js';
import type {Clock, Ids, PushTimes, Store, Whereabouts} from '../ports.js';
import {ttlMsUnlessGiven, type PushOutcome, type PushReport, type PushRequest} from '../pushes.js';
import type {Delivery, Handed} from './delivery.js';
import {nothingKept, plus, type InboxDelivery, type Kept} from './inbox-delivery.js';
import type {Notices} from './notices.js';
import {idOf} from './print.js';
import {outcomeOf} from './outcome.js';
import type {RoomPushes} from './room-pushes.js';

/** Users of a group that nodes are asked for at a time. */
const usersAtATime = 1_000;
/** For how long it is known what became of a push, after it can become nothing else. */
const recordKeptMs = 3_600_000;
/** For how long acknowledgements of sessions are waited for. */
const acksAwaitedMs = 60_000;

export interface SendingOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: Pick<Store, 'groups' | 'pushes' | 'sessions'>;
  readonly delivery: Delivery;
  readonly inboxes: InboxDelivery;
  readonly notices: Notices;
  readonly rooms: RoomPushes;
}

/** What is known of a push once it was sent. */
export type Sent = Omit<PushReport, 'repeated' | 'sendAt'>;

/** `once`: it may have been sent before. */
interface FirstHand {
  readonly id: string;
  readonly at: number;
  readonly once: boolean;
}

/** What becomes of a push, by its target. */
export class Sending {
  readonly #options: SendingOptions;

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  /**
   * With an id of its own a push may be sent again, by whoever does not know whether it was: it is stored once, and each
   * node hands it on once, as long as it remembers. `GET /v1/pushes/{id}` tells of it in any case.
   */
  async send(request: PushRequest, own?: string): Promise<Sent> {
    const {clock, ids, store, rooms} = this.#options;
    const {target} = request;
    const id = own ?? `p_${ids.id()}`;
    if ('room' in target) await rooms.requireRoom(target.room);
    if ('room' in target && request.store) {
      return this.#intoFeed(target.room, own === undefined ? request : {...request, key: own}, id);
    }
    if ('group' in target && !(await store.groups.get(target.group))) throw new ParleyError('unknown_group');
    const at = clock.now();
    const once = own !== undefined;
    if (request.store || request.notify) {
      const lasting = own ?? idOf(request) ?? id;
      const {ttlMs = ttlMsUnlessGiven} = request;
      const expiresAt = at + ttlMs;
      const awaitsAcks = !request.store && request.ack === true;
      const times = {at, expiresAt, endsAt: expiresAt, keepMs: ttlMs + recordKeptMs, awaitsAcks};
      return this.#recorded(lasting, times, async () => ({
        ...(request.store ? await this.#keep(request, lasting) : await this.#hand(request, {id: lasting, at, once})),
        ...(await this.#notify(request, lasting, times)),
      }));
    }
    const hand = (): Promise<Handed> => this.#hand(request, {id, at, once});
    if (request.ack !== true && !once) return {id, ...(await hand())};
    const times = {at, endsAt: at + acksAwaitedMs, keepMs: recordKeptMs, awaitsAcks: request.ack === true};
    return this.#recorded(id, times, hand);
  }

  async outcome(id: string): Promise<PushOutcome> {
    const {clock, store} = this.#options;
    const record = await store.pushes.get(id);
    if (record === undefined) throw new ParleyError('unknown_push');
    return outcomeOf(id, record, clock.now());
  }

  /** After everything else: whoever is not there by now has not got it. */
  async #notify(
    {notify, priority = 'normal', ...request}: PushRequest,
    id: string,
    {at, expiresAt}: Pick<Required<PushTimes>, 'at' | 'expiresAt'>,
  ): Promise<{browsers?: number}> {
    if (notify === undefined) return {};
    const {notices, store} = this.#options;
    const notice = {id, at, expiresAt, urgency: priority, request: {...request, notify}} as const;
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

  async #hand({target, except, topic, data, ack}: PushRequest, {id, at, once}: FirstHand): Promise<Handed> {
    const {store, delivery} = this.#options;
    const payload: PushPayload = {id, topic, data, at, ...(ack === true && {ack})};
    const how = {once, ...(except && {except})};
    if ('room' in target) return delivery.toRoom(target.room, {...payload, room: target.room}, how);
    if ('group' in target) {
      let handed: Handed = {addressed: 0, reached: 0};
      for await (const users of this.#usersOf(target.group)) {
        const {addressed, reached} = await delivery.toUsers(users, payload, how);
        handed = {addressed: handed.addressed + addressed, reached: handed.reached + reached};
      }
      return handed;
    }
    if ('all' in target) return delivery.toAll(payload, how);
    const places = 'user' in target ? await store.sessions.whereabouts(target.user) : await this.#find(target.session);
    return delivery.toSessions(places, payload, how);
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

  async #find(session: string): Promise<readonly Whereabouts[]> {
    const record = await this.#options.store.sessions.find(session);
    return record?.state === 'connected' ? [record] : [];
  }
}
