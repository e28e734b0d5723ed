import {LimitReached, ParleyError, type RoomId} from '@parley/protocol';
import type {HubObserver} from '../hub.js';
import type {Ids, ScheduledItem, Store} from '../ports.js';
import type {PushReport, PushRequest, ScheduledFate, ScheduledPush, ScheduledPushes} from '../pushes.js';
import {laterField} from './contradictions.js';
import {idOf} from './print.js';

/** What is to be sent when its time has come. */
export type LaterPush = Omit<PushRequest, 'key' | 'sendAt' | 'delayMs'>;

/** Scheduled pushes that are looked at together. */
const pageSize = 500;

/** What is left of a push that is over. */
type Epitaph = Pick<ScheduledPush, 'target' | 'topic' | 'fate'>;

export interface SchedulingOptions {
  readonly ids: Ids;
  readonly store: Pick<Store, 'scheduled'>;
  readonly observer: Pick<HubObserver, 'scheduledPush'>;
}

/** Pushes that are to be sent later: put down, listed and called off. `ScheduledRunner` sends them. */
export class Scheduling implements ScheduledPushes {
  readonly #options: SchedulingOptions;

  constructor(options: SchedulingOptions) {
    this.#options = options;
  }

  /** Rejects with `invalid_payload` if it is too far ahead, or with `schedule_full`. */
  async schedule(request: PushRequest): Promise<Omit<PushReport, 'repeated'>> {
    const {ids, store, observer} = this.#options;
    const {key: _key, sendAt, delayMs = 0, ...push} = request;
    const id = idOf(request) ?? `p_${ids.id()}`;
    const when = sendAt === undefined ? {inMs: delayMs} : {at: sendAt};
    const put = await store.scheduled.put({id, when, text: JSON.stringify(push satisfies LaterPush)});
    switch (put.outcome) {
      case 'scheduled':
        observer.scheduledPush('scheduled');
        return {id, addressed: 0, reached: 0, sendAt: put.at};
      case 'over':
        return {id, addressed: 0, reached: 0, sendAt: put.at};
      case 'full':
        throw new LimitReached('scheduled');
      case 'too_far':
        throw new ParleyError('invalid_payload', {
          field: laterField(request) ?? 'sendAt',
          message: 'is further ahead than a push may be scheduled',
        });
    }
  }

  async list({cursor, limit}: {cursor?: string; limit: number}): ReturnType<ScheduledPushes['list']> {
    const page = {limit: limit + 1, ...(cursor !== undefined && {after: cursor})};
    const found = await this.#options.store.scheduled.list(page);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      // What is in a page and in somebody's hands is on its way within the second: it is told as waiting.
      pushes: items.map((item) => toPush(item, {state: 'waiting'})),
      ...(found.length > limit && last && {cursor: last.position}),
    };
  }

  async get(id: string): Promise<ScheduledPush> {
    const known = await this.#options.store.scheduled.get(id);
    switch (known.state) {
      case 'waiting':
      case 'sending':
        return toPush(known.item, {state: known.state});
      case 'over':
        return {id, sendAt: known.at, ...(JSON.parse(known.note) as Epitaph)};
      case 'unknown':
        throw new ParleyError('unknown_push');
    }
  }

  /** Calls off what is to be sent into a room that is no more; what is being sent by now is refused there. */
  async cancelInto(room: RoomId): Promise<void> {
    const {scheduled} = this.#options.store;
    let after: string | undefined;
    for (;;) {
      const page = await scheduled.list({limit: pageSize, ...(after !== undefined && {after})});
      for (const item of page) {
        const push = readLater(item);
        if (!('room' in push.target) || push.target.room !== room) continue;
        const outcome = await scheduled.cancel(item.id, epitaph(push, {state: 'cancelled'}));
        if (outcome === 'cancelled') this.#options.observer.scheduledPush('cancelled');
      }
      after = page.at(-1)?.position;
      if (page.length < pageSize) return;
    }
  }

  async cancel(id: string): Promise<void> {
    const {store, observer} = this.#options;
    const push = await this.get(id);
    const outcome = await store.scheduled.cancel(id, epitaph(push, {state: 'cancelled'}));
    switch (outcome) {
      case 'cancelled':
        observer.scheduledPush('cancelled');
        return;
      case 'sending':
        throw new ParleyError('already_sent');
      case 'over':
        if ((await this.get(id)).fate.state === 'cancelled') return;
        throw new ParleyError('already_sent');
      case 'unknown':
        throw new ParleyError('unknown_push');
    }
  }
}

/** What a node of this cluster put down. */
export const readLater = ({text}: ScheduledItem): LaterPush => JSON.parse(text) as LaterPush;

export const epitaph = ({target, topic}: Pick<LaterPush, 'target' | 'topic'>, fate: ScheduledFate): string =>
  JSON.stringify({target, topic, fate} satisfies Epitaph);

function toPush(item: ScheduledItem, fate: ScheduledFate): ScheduledPush {
  const {target, topic, data} = readLater(item);
  return {id: item.id, sendAt: item.at, target, topic, data, fate};
}
