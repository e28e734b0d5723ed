import {LimitReached} from '@parley/protocol';
import type {Appended} from '@parley/signaling';
import {settled} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {readAppended} from './append-answer.js';
import {AppendBatches, type AppendBatch} from './append-batches.js';

const appended = (offset: number): Appended => ({epoch: 'e', offset, at: 1, repeated: false});
const event = (n: number) => ({name: 'chat.message', data: {n}});

/** Notes what is sent, and answers when it is told to. */
class Store {
  readonly sent: {room: string; json: string[]; known: number | undefined}[] = [];
  readonly #answers: ((answer: readonly Appended[] | Error) => void)[] = [];
  readonly batches = new AppendBatches((room, batch) => this.#take(room, batch));

  #take(room: string, {asked, known}: AppendBatch): Promise<readonly Appended[]> {
    this.sent.push({room, json: asked.map(({json}) => json), known: known?.offset});
    return new Promise((resolve, reject) => {
      this.#answers.push((answer) => {
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    });
  }

  answer(answer: readonly Appended[] | Error): void {
    this.#answers.shift()?.(answer);
  }
}

test('[FEED1] appends of one turn to one room are sent together, in order, and each gets its own answer', async () => {
  const store = new Store();
  const known = {epoch: 'e', offset: 7, stamp: 1};
  const answers = [1, 2, 3].map((n) =>
    store.batches.append('lobby', event(n), {key: `k${n}`, pace: undefined, known: known}),
  );
  const other = store.batches.append('attic', event(4), {key: undefined, pace: undefined, known: undefined});
  expect(store.sent).toEqual([]);
  await settled();
  expect(store.sent).toEqual([
    {room: 'lobby', json: ['{"n":1}', '{"n":2}', '{"n":3}'], known: 7},
    {room: 'attic', json: ['{"n":4}'], known: undefined},
  ]);
  store.answer([8, 9, 10].map(appended));
  expect((await Promise.all(answers)).map(({offset}) => offset)).toEqual([8, 9, 10]);
  store.answer([appended(1)]);
  expect(await other).toEqual(appended(1));
});

test('[FEED1] what is asked of the store after an append is sent after it', () => {
  const store = new Store();
  void store.batches.append('lobby', event(1), {key: undefined, pace: undefined, known: undefined});
  store.batches.flush('lobby');
  store.batches.flush('lobby');
  expect(store.sent.map(({json}) => json)).toEqual([['{"n":1}']]);
});

test('a batch has at most a hundred events, and a quarter of a megabyte and one event', () => {
  const store = new Store();
  for (let n = 0; n < 250; n += 1)
    void store.batches.append('lobby', event(n), {key: undefined, pace: undefined, known: undefined});
  expect(store.sent.map(({json}) => json.length)).toEqual([100, 100]);
  const long = {name: 'chat.message', data: {text: 'x'.repeat(100_000)}};
  for (let n = 0; n < 3; n += 1)
    void store.batches.append('attic', long, {key: undefined, pace: undefined, known: undefined});
  expect(store.sent.at(-1)).toMatchObject({room: 'attic', json: {length: 3}});
});

test('a batch that fails refuses all its appends, and more than ten thousand unanswered ones are refused at once', async () => {
  const store = new Store();
  const waiting = Array.from({length: 10_000}, (_, n) =>
    store.batches.append('lobby', event(n), {key: undefined, pace: undefined, known: undefined}),
  );
  await expect(
    store.batches.append('lobby', event(0), {key: undefined, pace: undefined, known: undefined}),
  ).rejects.toMatchObject({
    code: 'unavailable',
  });
  for (let batch = 0; batch < 100; batch += 1) store.answer(new Error('gone'));
  expect((await Promise.allSettled(waiting)).every(({status}) => status === 'rejected')).toBe(true);
  void store.batches.append('lobby', event(1), {key: undefined, pace: undefined, known: undefined});
  await settled();
  expect(store.sent).toHaveLength(101);
});

test('[FEED3] [LIM5] each append of a batch has its own outcome', async () => {
  const words = [
    1,
    'again e1 3-1600000000000001 0',
    3,
    'slow_mode 400',
    4,
    'wait 500',
    5,
    'again e2 9-1700000000001000 7',
  ];
  const {outcomes, newest} = readAppended(['e2', 8, '1700000000000999', ...words], 6);
  expect(outcomes).toEqual([
    {epoch: 'e2', offset: 8, at: 1_700_000_000_000, repeated: false},
    {epoch: 'e1', offset: 3, at: 1_600_000_000_000, repeated: true},
    {epoch: 'e2', offset: 9, at: 1_700_000_000_001, repeated: false},
    new LimitReached('slow_mode', {retryAfterMs: 400}),
    {epoch: 'e2', offset: 10, at: 1_700_000_000_001, repeated: false, waitMs: 500},
    {epoch: 'e2', offset: 9, at: 1_700_000_000_001, repeated: true, waitMs: 7},
  ]);
  expect(newest).toEqual({offset: 10, stamp: 1_700_000_000_001_001});
  expect(readAppended(['e2', 8, '5000', 0, 'room_messages 9'], 1).newest).toBeUndefined();
  const batches = new AppendBatches(() => Promise.resolve(outcomes.slice(2, 4)));
  const options = {key: undefined, pace: undefined, known: undefined};
  const [first, second] = [1, 2].map((n) => batches.append('lobby', event(n), options));
  expect(await first).toMatchObject({offset: 9});
  await expect(second).rejects.toMatchObject({limit: 'slow_mode', retryAfterMs: 400});
});
