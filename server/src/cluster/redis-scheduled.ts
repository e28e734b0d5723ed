import {
  scheduledKeptMs,
  type NewScheduled,
  type PutScheduledOutcome,
  type ScheduleBounds,
  type Scheduled,
  type ScheduledItem,
  type ScheduledState,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text} from './replies.js';

/** How long the latest fence is remembered; fences rise without that too. */
const fenceMs = 24 * 3_600_000;

/** What is to be done later, in Redis: all of it in one slot, and each call is one script. */
export class RedisScheduled implements Scheduled {
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #bounds: ScheduleBounds;

  constructor(line: CommandLine, keys: Keys, bounds: ScheduleBounds) {
    this.#line = line;
    this.#keys = keys;
    this.#bounds = bounds;
  }

  async put({id, when, text: what}: NewScheduled): Promise<PutScheduledOutcome> {
    const {items, order, counts} = this.#keys.scheduled;
    const {pushes, bytes, aheadMs} = this.#bounds;
    const due = 'at' in when ? ['at', when.at] : ['in', when.inMs];
    const asked = [id, what, ...due, aheadMs, pushes, bytes];
    const keys = [items, order, counts, this.#keys.scheduledOver(id)];
    const [outcome, at] = list(await this.#line.run('put-scheduled', keys, asked));
    switch (outcome) {
      case 'scheduled':
      case 'over':
        return {outcome, at: integer(at)};
      case 'too_far':
        return {outcome};
      default:
        return {outcome: 'full'};
    }
  }

  async get(id: string): Promise<ScheduledState> {
    const {items, given} = this.#keys.scheduled;
    const keys = [items, given, this.#keys.scheduledOver(id)];
    const [state, first, what] = list(await this.#line.run('get-scheduled', keys, [id]));
    switch (state) {
      case 'waiting':
      case 'sending':
        return {state, item: toItem(id, first, what)};
      case 'over': {
        const [, at = '', note = ''] = /^(\d+) (.*)$/s.exec(text(first)) ?? [];
        return {state, at: Number(at), note};
      }
      default:
        return {state: 'unknown'};
    }
  }

  async list({after = '', limit}: {after?: string; limit: number}): Promise<readonly ScheduledItem[]> {
    const {items, order} = this.#keys.scheduled;
    const answer = list(await this.#line.run('list-scheduled', [items, order], [after, limit]));
    return toItems(answer);
  }

  async cancel(id: string, note: string): ReturnType<Scheduled['cancel']> {
    const outcome = await this.#end(id, '', note);
    switch (outcome) {
      case 'sending':
      case 'over':
      case 'unknown':
        return outcome;
      default:
        return 'cancelled';
    }
  }

  async take(fence: number, limit: number): Promise<readonly ScheduledItem[]> {
    const {items, order, given} = this.#keys.scheduled;
    const keys = [items, order, this.#keys.scheduledFence, given];
    const answer = list(await this.#line.run('take-scheduled', keys, [fence, limit, fenceMs]));
    return toItems(answer);
  }

  async settle(id: string, fence: number, note: string): Promise<boolean> {
    return (await this.#end(id, String(fence), note)) === 'ended';
  }

  async size(): Promise<number> {
    return integer(await this.#line.call('ZCARD', this.#keys.scheduled.order));
  }

  #end(id: string, fence: string, note: string): Promise<unknown> {
    const {items, order, counts, given} = this.#keys.scheduled;
    const keys = [items, order, counts, given, this.#keys.scheduledOver(id)];
    return this.#line.run('end-scheduled', keys, [id, fence, note, scheduledKeptMs]);
  }
}

/** A position begins with when it is due. */
function toItem(id: string, position: unknown, what: unknown): ScheduledItem {
  const place = text(position);
  return {id, at: Number(place.slice(0, place.indexOf(':'))), position: place, text: text(what)};
}

function toItems(answer: readonly unknown[]): readonly ScheduledItem[] {
  const items: ScheduledItem[] = [];
  for (let at = 0; at < answer.length; at += 3) items.push(toItem(text(answer[at]), answer[at + 1], answer[at + 2]));
  return items;
}
