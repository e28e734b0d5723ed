import {LimitReached, ParleyError, toWireError} from '@parley/protocol';
import {Lanes, type PushReport} from '@parley/signaling';
import {logThrown} from '../../observability/logger.js';
import {requireScope} from '../access/caller.js';
import {audited} from '../perform.js';
import type {House} from '../verbs/house.js';
import {pushAnswer} from '../verbs/push.js';
import type {Visitor} from '../visitor.js';
import {readItem, roomOf, type BatchItem} from './batch-items.js';

/** What is known of an item before anything is done. */
interface Admitted {
  /** Undefined if it is malformed; then it is refused. */
  readonly item: BatchItem | undefined;
  readonly refusal: {readonly why: unknown} | undefined;
  /** The room into whose feed it goes, or would have gone. */
  readonly feedOf: string | undefined;
}

/** Pushes into the feed of one room. */
interface Group {
  readonly items: BatchItem[];
  isRefused: boolean;
}

interface Answered {
  readonly answers: readonly object[];
  readonly done: number;
  readonly refused: number;
}

/** Does the items of a batch, each as `perform` would. Never rejects for the sake of an item. */
export async function doBatch(items: readonly unknown[], house: House, visitor: Visitor): Promise<Answered> {
  const {items: most, itemBytes} = house.batch;
  if (items.length > most) {
    throw new ParleyError('too_large', {field: 'items', message: `A batch has at most ${most} items.`});
  }
  const admitted = items.map((item, place) => admit(item, place, itemBytes, visitor));
  const doing = new Doing(house, visitor, groupsOf(admitted));
  const answers = await Promise.all(admitted.map((one) => doing.answer(one)));
  const refused = answers.filter((answer) => 'problem' in answer).length;
  return {answers, done: answers.length - refused, refused};
}

/** Looks at what is asked for, what the caller may, and at their rate; the first item is the request that was counted already. */
function admit(given: unknown, place: number, mostBytes: number, {caller, gate}: Visitor): Admitted {
  let item: BatchItem | undefined;
  try {
    const waitMs = place === 0 ? 0 : gate.pace(caller);
    item = readItem(given, mostBytes);
    requireScope(caller, item.verb.name, item.request.room);
    if (waitMs > 0) throw new LimitReached('api_requests', {retryAfterMs: waitMs});
    return {item, refusal: undefined, feedOf: item.request.intoFeed && item.request.room};
  } catch (why) {
    const feedOf = item === undefined ? roomOf(given) : item.request.intoFeed && item.request.room;
    return {item, refusal: {why}, feedOf};
  }
}

/** By room. */
function groupsOf(admitted: readonly Admitted[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const {item, refusal, feedOf} of admitted) {
    if (feedOf === undefined) continue;
    const group = groups.get(feedOf) ?? {items: [], isRefused: false};
    groups.set(feedOf, group);
    if (item === undefined || refusal !== undefined) group.isRefused = true;
    else group.items.push(item);
  }
  return groups;
}

type Outcomes = ReadonlyMap<BatchItem, PushReport | ParleyError>;

/** The items of one batch while they are done: as many at a time as there are, so that the store is asked for all at once. */
class Doing {
  readonly #house: House;
  readonly #visitor: Visitor;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #lanes = new Lanes();
  /** By group, as soon as the first of its items had its turn. */
  readonly #together = new Map<Group, Promise<Outcomes>>();

  constructor(house: House, visitor: Visitor, groups: ReadonlyMap<string, Group>) {
    this.#house = house;
    this.#visitor = visitor;
    this.#groups = groups;
  }

  async answer(admitted: Admitted): Promise<object> {
    const {observer, log} = this.#visitor;
    try {
      const output = await this.#do(admitted);
      observer.batchItem('ok');
      return {[admitted.item?.name ?? '']: output ?? {}};
    } catch (thrown) {
      const problem = toWireError(thrown);
      observer.batchItem(problem.code);
      if (thrown instanceof LimitReached) observer.limitReached(thrown.limit);
      logThrown(log, thrown, 'an item of a batch was not done', {verb: admitted.item?.verb.name});
      return {problem};
    }
  }

  async #do({item, refusal, feedOf}: Admitted): Promise<unknown> {
    if (item === undefined) throw refusal?.why;
    const {verb, request} = item;
    return audited(this.#visitor, verb, request, async () => {
      if (refusal !== undefined) throw refusal.why;
      const group = feedOf === undefined ? undefined : this.#groups.get(feedOf);
      if (group === undefined) return this.#inOrder(item, () => request.run(this.#house, this.#visitor));
      if (group.isRefused) throw new ParleyError('batch_aborted');
      const outcome = (await this.#pushed(group, item)).get(item);
      if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('A push has no outcome.');
      return pushAnswer(outcome);
    });
  }

  #pushed(group: Group, first: BatchItem): Promise<Outcomes> {
    const known = this.#together.get(group);
    if (known !== undefined) return known;
    const pushed = this.#inOrder(first, async () => {
      const pushes = group.items.flatMap(({request}) => request.intoFeed ?? []);
      const outcomes = await this.#house.backstage.pushTogether(first.request.room ?? '', pushes);
      return new Map(group.items.flatMap((item, place) => (outcomes[place] ? [[item, outcomes[place]]] : [])));
    });
    this.#together.set(group, pushed);
    return pushed;
  }

  /** What concerns the same room, or has the same target, one after the other. */
  async #inOrder<T>({request: {room, target}}: BatchItem, deed: () => Promise<T>): Promise<T> {
    let output: {readonly is: T} | undefined;
    await this.#lanes.add(room === undefined ? JSON.stringify(target) : `room ${room}`, async () => {
      output = {is: await deed()};
    });
    if (output === undefined) throw new Error('A deed has no outcome.');
    return output.is;
  }
}
