import {expect, test} from 'vitest';
import type {Outcome} from '../src/crowd/outcome.js';
import type {JitterResult} from '../src/scenarios/jitter.js';
import type {AvalancheResult, NodeKillResult} from '../src/scenarios/node-death.js';
import type {RedisOutageResult} from '../src/scenarios/redis-outage.js';
import type {RollingRestartResult} from '../src/scenarios/rolling-restart.js';
import {runLoad} from './run-load.js';

/** What every scenario of failure promises, whatever it breaks. */
const whole = {deliveredPct: 100, lost: 0, doubled: 0, skipped: 0, disordered: 0, told: 0, notBack: 0, sentAway: 0};

const subject = <One extends Outcome>({subjects}: {subjects: Readonly<Record<string, One>>}): One =>
  subjects['parley']!;

test.concurrent('jitter cuts every connection again and again, and everybody receives everything once', async () => {
  const cuts = ['--every', '1', '--away', '0.2'];
  const {result, page} = await runLoad<JitterResult>(
    'jitter',
    '--clients',
    '40',
    '--messages',
    '20',
    '--rate',
    '10',
    ...cuts,
  );
  expect(subject(result)).toMatchObject({...whole, clients: 40, messages: 20, anew: 0});
  expect(subject(result).backMs.count).toBeGreaterThan(20);
  expect(page).toContain('having everything, 99th percentile');
});

test.concurrent('avalanche: the clients of a node that dies are taken in no faster than the others allow', async () => {
  const size = ['--clients', '90', '--seconds', '3', '--accepts', '40'];
  const {result} = await runLoad<AvalancheResult>('avalanche', ...size);
  expect(subject(result)).toMatchObject({...whole, anew: 0, defects: []});
  expect(subject(result).backMs.count).toBeGreaterThan(15);
  expect(subject(result).refused['overloaded']).toBeGreaterThan(0);
});

test.concurrent('node-kill loses and doubles nothing', async () => {
  const {result} = await runLoad<NodeKillResult>('node-kill', '--clients', '30', '--seconds', '3', '--rate', '50');
  expect(subject(result)).toMatchObject({...whole, anew: 0, defects: []});
  expect(subject(result).backMs.count).toBe(10);
});

test('redis-outage loses nothing, and kicks and signals go on without Redis', async () => {
  const {result} = await runLoad<RedisOutageResult>('redis-outage', '--clients', '20', '--seconds', '1');
  const outage = subject(result);
  expect(outage).toMatchObject({...whole, nodesUp: 2, defects: []});
  for (const work of outage.local) {
    expect(work.live).toBe(true);
    expect([work.kicks > 0, work.kicked]).toEqual([true, work.kicks]);
    expect([work.signals > 0, work.signalled]).toEqual([true, work.signals]);
  }
});

test('rolling-restart hands everybody over, paced as announced, and draws its course', async () => {
  const {result, page} = await runLoad<RollingRestartResult>('rolling-restart', '--clients', '30', '--pause', '0');
  const rolled = subject(result);
  expect(rolled).toMatchObject({...whole, anew: 0, exits: [0, 0, 0], defects: []});
  expect(rolled.allBackMs).toHaveLength(3);
  const announced = rolled.columns.announced.reduce((sum, count) => sum + count, 0);
  expect([announced, rolled.lateMs.count]).toEqual([rolled.backMs.count, rolled.backMs.count]);
  expect(page).toContain('announced by session.closing');
});
