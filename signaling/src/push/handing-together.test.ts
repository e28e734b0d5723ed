import {ParleyError} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {createMemoryWorld} from '../memory/index.js';
import {NodeWords} from '../nodes/node-words.js';
import {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Store} from '../ports.js';
import {HandClock, storeOptions} from '../testing/index.js';
import {HandingTogether, type PushToSessions} from './handing-together.js';

const defects: unknown[] = [];
const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  expect(defects).toEqual([]);
});

/** Two nodes; `words` are the sessions that each word to the second one brought pushes for, and each of these reached one. */
function twoNodes(): {together: HandingTogether; words: string[][]; clock: HandClock} {
  const clock = new HandClock();
  const world = createMemoryWorld({clock});
  const [one, two] = ['node-1', 'node-2'].map((node) => {
    const store = world.node(storeOptions(node));
    stores.push(store);
    return new NodeWords(store.bus, new OwedDeeds((error) => defects.push(error)));
  });
  const words: string[][] = [];
  two!.answer('hub.push.sessions', ({pushes}) => {
    words.push(pushes.flatMap(({sessions}) => sessions));
    return {reached: pushes.map(({sessions}) => sessions.length)};
  });
  return {together: new HandingTogether(one!), words, clock};
}

const pushTo = (...sessions: string[]): PushToSessions => ({
  sessions,
  id: `p-${sessions.join()}`,
  json: '{}',
});

test('[PUSH1] pushes that are asked for side by side are one word to their node, in their order, each with its count', async () => {
  const {together, words} = twoNodes();
  const reached = [pushTo('s1'), pushTo('s2', 's3'), pushTo(), pushTo('s1')].map((push) =>
    together.hand('node-2', push),
  );
  expect(await Promise.all(reached)).toEqual([1, 2, 0, 1]);
  expect(words).toEqual([['s1', 's2', 's3', 's1']]);
  expect(await together.hand('node-2', pushTo('s4'))).toBe(1);
  expect(words).toHaveLength(2);
});

test('[PUSH1] however many there are, a word has a bounded part of them, and none is lost or told twice', async () => {
  const {together, words} = twoNodes();
  const sessions = Array.from({length: 450}, (_, n) => `s${n}`);
  await Promise.all(sessions.map((session) => together.hand('node-2', pushTo(session))));
  expect(words.map(({length}) => length)).toEqual([200, 200, 50]);
  expect(words.flat()).toEqual(sessions);
  const long = {...pushTo('long'), json: JSON.stringify('x'.repeat(200 * 1_024))};
  await Promise.all([long, long, long].map((push) => together.hand('node-2', push)));
  expect(words.slice(3)).toEqual([['long', 'long'], ['long']]);
});

test('[PUSH1] a node that is not there refuses its own pushes only', async () => {
  const {together} = twoNodes();
  const outcomes = await Promise.allSettled([
    together.hand('node-9', pushTo('s1')),
    together.hand('node-2', pushTo('s2')),
    together.hand('node-9', pushTo('s3')),
  ]);
  expect(outcomes.map(({status}) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect(outcomes[0]).toMatchObject({reason: expect.any(ParleyError) as unknown});
});
