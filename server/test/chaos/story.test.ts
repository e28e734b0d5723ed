import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {Chronicle} from './chronicle.js';
import {Journal} from './journal.js';
import {Ledger, type Violation} from './ledger.js';
import {tellStory, type Scene} from './story.js';

beforeEach(() => {
  vi.useFakeTimers({toFake: ['Date', 'performance']});
});
afterEach(() => {
  vi.useRealTimers();
});

/** Ann misses an event while the first node is frozen; the node warns of her session and of nothing else. */
function happens(): {violation: Violation; scene: Scene} {
  const chronicle = new Chronicle();
  const ledger = new Ledger();
  const [red, blue] = [new Journal('ann', 'red', ledger), new Journal('ann', 'blue', ledger)];
  for (const journal of [red, blue]) journal.begins({epoch: 'e', offset: 4}, 'joined');
  const thaw = chronicle.begins('node.freeze node0 for 500 ms');
  blue.note('something else');
  red.event({epoch: 'e', offset: 6}, 'message bob/6');
  vi.advanceTimersByTime(500);
  thaw();
  const log = (level: string, msg: string, session: string): string =>
    JSON.stringify({level, time: Date.now(), node: 'node0', session, msg});
  const output = [
    log('warn', 'stood still', 's2'),
    log('info', 'resumed', 's1'),
    log('info', 'resumed', 's3'),
    'Node.js',
  ];
  const ann = {name: 'ann', session: 's1', journals: new Map(Object.entries({red, blue}))};
  return {
    violation: ledger.violations[0]!,
    scene: {chronicle, cluster: {slots: [{name: 'node0', output: output.join('\n')}]}, crowd: {everybody: [ann]}},
  };
}

test('a story tells what was broken, what the client was told in that room and what nodes said of it, and no more', () => {
  const {violation, scene} = happens();
  const story = tellStory(violation, scene);
  const told = story.split('\n').map((line) => line.replace(/^ *\d+\.\d s {2}/, ''));
  expect(told.sort()).toEqual(
    [
      'node.freeze node0 for 500 ms',
      '(over: node.freeze node0 for 500 ms)',
      'ann in red: joined: goes on after e 4',
      'ann in red: e 6 message bob/6',
      '>>> [FEED2] ann has a hole in red: 6 after e 4',
      'node0 logs: stood still {"session":"s2"}',
      'node0 logs: resumed {"session":"s1"}',
    ].sort(),
  );
});
