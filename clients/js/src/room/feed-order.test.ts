import type {Position} from '@parley/protocol';
import {expect, test} from 'vitest';
import {HandTurnedClock, settle} from '../../test/fakes/hand-turned-clock.js';
import {FeedOrder, type FeedPage} from './feed-order.js';
import type {PlacedEvent} from './placed.js';

const event = (offset: number, epoch = 'e1'): PlacedEvent => ({
  name: 'any',
  room: 'lobby',
  position: {epoch, offset},
  payload: {},
});
const page = (epoch: string, head: number, ...offsets: number[]): FeedPage => ({
  epoch,
  head,
  events: offsets.map((offset) => event(offset, epoch)),
});

class Feed {
  readonly clock = new HandTurnedClock();
  readonly delivered: number[] = [];
  readonly resets: Position[] = [];
  readonly loads: number[] = [];
  caughtUp = 0;
  answer: (after: number) => Promise<FeedPage> = () => Promise.reject(new Error('no history'));
  readonly order = new FeedOrder({
    clock: this.clock,
    deliver: ({position}) => this.delivered.push(position.offset),
    reset: (position) => this.resets.push(position),
    caughtUp: () => (this.caughtUp += 1),
    load: (after) => {
      this.loads.push(after);
      return this.answer(after);
    },
  });

  receive(...offsets: number[]): void {
    for (const offset of offsets) this.order.receive(event(offset));
  }
}

test('[FEED2] each event is delivered once and in order, duplicates are dropped', () => {
  const feed = new Feed();
  feed.order.attach({epoch: 'e1', offset: 4}, 4);
  feed.receive(3, 4, 5, 5, 6, 4, 6, 7);
  expect(feed.delivered).toEqual([5, 6, 7]);
  expect(feed.order.position).toEqual({epoch: 'e1', offset: 7});
  expect(feed.loads).toEqual([]);
});

test('[FEED4] a hole is filled from the history before anything newer is delivered', async () => {
  const feed = new Feed();
  feed.answer = (after) => Promise.resolve(page('e1', 5, ...[2, 3, 4, 5].filter((offset) => offset > after)));
  feed.order.attach({epoch: 'e1', offset: 1}, 1);
  feed.receive(5, 4);
  expect(feed.delivered).toEqual([]);
  await settle();
  expect(feed.delivered).toEqual([2, 3, 4, 5]);
  expect(feed.loads).toEqual([1]);
  feed.receive(6);
  expect(feed.delivered.at(-1)).toBe(6);
});

test('[FEED4] a late event closes the hole as well as the history does', async () => {
  const feed = new Feed();
  feed.answer = () => new Promise(() => undefined);
  feed.order.attach({epoch: 'e1', offset: 0}, 0);
  feed.receive(2, 3, 1, 4);
  expect(feed.delivered).toEqual([1, 2, 3, 4]);
  expect(feed.order.isCaughtUp).toBe(true);
});

test('[FEED4] a long hole is filled page by page, and a failed page is asked for again', async () => {
  const feed = new Feed();
  let failures = 2;
  feed.answer = async (after) => {
    if (failures-- > 0) throw new Error('away');
    return page('e1', 6, after + 1, after + 2);
  };
  feed.order.attach({epoch: 'e1', offset: 0}, 0);
  feed.receive(6);
  await feed.clock.turn(5_000);
  expect(feed.delivered).toEqual([1, 2, 3, 4, 5, 6]);
  expect(feed.resets).toEqual([]);
});

test('[SES3] events that come before the answer to a join wait for it', () => {
  const feed = new Feed();
  feed.receive(3, 4);
  expect(feed.delivered).toEqual([]);
  feed.order.attach({epoch: 'e1', offset: 2}, 4);
  expect(feed.delivered).toEqual([3, 4]);
  expect(feed.caughtUp).toBe(1);
});

test('[SES3] a promised replay that does not come is fetched', async () => {
  const feed = new Feed();
  feed.answer = () => Promise.resolve(page('e1', 3, 2, 3));
  feed.order.attach({epoch: 'e1', offset: 1}, 3);
  expect(feed.order.isCaughtUp).toBe(false);
  await feed.clock.turn(3_000);
  expect(feed.delivered).toEqual([2, 3]);
  expect(feed.caughtUp).toBe(1);
});

test.each([
  ['was trimmed', () => page('e1', 9, 7, 8, 9), {epoch: 'e1', offset: 9}],
  ['is empty', () => page('e1', 9), {epoch: 'e1', offset: 9}],
  ['is of another epoch', () => page('e2', 2, 1, 2), {epoch: 'e2', offset: 2}],
])('[FEED2] if the log %s, continuity is lost and said to be', async (_what, answer, position) => {
  const feed = new Feed();
  feed.answer = () => Promise.resolve(answer());
  feed.order.attach({epoch: 'e1', offset: 1}, 1);
  feed.receive(5);
  await settle();
  expect(feed.resets).toEqual([position]);
  expect(feed.delivered).toEqual([]);
  expect(feed.order.position).toEqual(position);
});

test('[FEED5] an event of another epoch is never delivered on trust', async () => {
  const feed = new Feed();
  feed.answer = () => Promise.resolve(page('e2', 1, 1));
  feed.order.attach({epoch: 'e1', offset: 0}, 0);
  feed.order.receive(event(1, 'e2'));
  expect(feed.delivered).toEqual([]);
  await settle();
  expect(feed.resets).toEqual([{epoch: 'e2', offset: 1}]);
  feed.order.receive(event(2, 'e2'));
  expect(feed.delivered).toEqual([2]);
});

test('[FEED5] a straggler of a lost epoch changes nothing', async () => {
  const feed = new Feed();
  feed.answer = () => Promise.resolve(page('e2', 4));
  feed.order.attach({epoch: 'e2', offset: 4}, 4);
  feed.receive(7);
  await settle();
  feed.order.receive(event(5, 'e2'));
  expect(feed.resets).toEqual([]);
  expect(feed.delivered).toEqual([5]);
});

test('a history that has nothing of what was announced ends in a reset, not in a loop', async () => {
  const feed = new Feed();
  feed.answer = () => Promise.resolve(page('e1', 1));
  feed.order.attach({epoch: 'e1', offset: 1}, 1);
  feed.receive(9);
  await feed.clock.turn(60_000);
  expect(feed.resets).toEqual([{epoch: 'e1', offset: 1}]);
  expect(feed.clock.timers).toBe(0);
  expect(feed.loads.length).toBeLessThan(10);
});

test('what is held while a hole is open is bounded', async () => {
  const feed = new Feed();
  feed.order.attach({epoch: 'e1', offset: 0}, 0);
  for (let offset = 2; offset < 5_000; offset += 1) feed.receive(offset);
  feed.answer = (after) =>
    Promise.resolve(page('e1', 4_999, ...Array.from({length: Math.min(200, 4_999 - after)}, (_, i) => after + 1 + i)));
  await feed.clock.turn(5_000);
  expect(feed.delivered).toEqual(Array.from({length: 4_999}, (_, i) => i + 1));
});

test('a connection that goes takes a running repair with it', async () => {
  const feed = new Feed();
  let answer: (page: FeedPage) => void = () => undefined;
  feed.answer = () => new Promise((resolve) => (answer = resolve));
  feed.order.attach({epoch: 'e1', offset: 0}, 0);
  feed.receive(3);
  feed.order.detach();
  answer(page('e1', 3, 1, 2, 3));
  await settle();
  expect(feed.delivered).toEqual([]);
  feed.order.attach({epoch: 'e1', offset: 0}, 3);
  feed.receive(1, 2, 3);
  expect(feed.delivered).toEqual([1, 2, 3]);
});
