import {setTimeout as delay} from 'node:timers/promises';
import {connect, type Parley} from '@parley/client';
import {token} from '../generator/token.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {apiKey, newSecret, startParleyNode, type RunningNode} from '../subjects/parley.js';
import {startRedis} from '../subjects/redis.js';

const options = {
  users: {about: 'users who are away', default: 500, least: 2, most: 5_000},
  pushes: {
    about: 'pushes to each of them, every tenth of which expires before they are back',
    default: 20,
    least: 1,
    most: 100,
  },
  waves: {about: 'waves in which they come back', default: 5, least: 1, most: 100},
};
type Parameters = ParametersOf<typeof options>;

export interface PushAwaySubject {
  /** Pushes that were answered, and for how many seconds that took, a killed node included. */
  readonly pushed: number;
  readonly pushSeconds: number;
  /** Pushes that came to the users, and for how many seconds their return took. */
  readonly arrived: number;
  readonly returnSeconds: number;
  /** What must be 0. */
  readonly missing: number;
  readonly twice: number;
  readonly outOfOrder: number;
  readonly expired: number;
}
export type PushAwayResult = RunResult<'push-away', Parameters, PushAwaySubject>;

const figures: readonly Figure<PushAwaySubject>[] = [
  {heading: 'pushed', digits: 0, value: (s) => s.pushed},
  {heading: 'pushes/s', digits: 0, value: (s) => s.pushed / s.pushSeconds},
  {heading: 'arrived', digits: 0, value: (s) => s.arrived},
  {heading: 'back in s', digits: 1, value: (s) => s.returnSeconds},
  {heading: 'missing', digits: 0, value: (s) => s.missing},
  {heading: 'twice', digits: 0, value: (s) => s.twice},
  {heading: 'out of order', digits: 0, value: (s) => s.outOfOrder},
  {heading: 'expired', digits: 0, value: (s) => s.expired},
];

export const pushAway = scenario({
  name: 'push-away',
  about: 'stored pushes to users who are away: a node is killed, and they come back in waves on the others',
  options,
  run: runPushAway,
});

const shortMs = 1_000;
const pushersAtOnce = 50;

interface Plan {
  readonly user: string;
  readonly number: number;
  readonly isShort: boolean;
}

async function runPushAway(parameters: Parameters, comparison: Comparison): Promise<void> {
  const progress = new Progress();
  const secret = newSecret();
  const redis = await startRedis();
  const nodes: RunningNode[] = [];
  try {
    const env = {REDIS_URL: redis.url};
    for (let n = 0; n < 3; n += 1) nodes.push(await startParleyNode({secret, env}));
    const subject = await measure(nodes, secret, parameters, progress);
    progress.settle('push-away: done');
    const result: PushAwayResult = {
      scenario: 'push-away',
      at: new Date().toISOString(),
      params: parameters,
      machine: machine(),
      subjects: {parley: subject},
      ratios: {},
    };
    const about = `${String(parameters.users)} users who are away are pushed ${String(parameters.pushes)} events each, over three nodes, one of which is killed meanwhile; then they come back in ${String(parameters.waves)} waves on the other two, and once more`;
    publishResult(result, {title: 'Pushes to users who are away', about, figures, phrase: () => ''}, comparison);
    const {missing, twice, outOfOrder, expired} = subject;
    if (missing + twice + outOfOrder + expired > 0) throw new Error('Some pushes did not come as they must.');
  } finally {
    for (const node of nodes) {
      node.kill('SIGKILL');
      await node.ended;
    }
    await redis.stop();
  }
}

async function measure(
  nodes: readonly RunningNode[],
  secret: string,
  {users, pushes, waves}: Parameters,
  progress: Progress,
): Promise<PushAwaySubject> {
  const names = Array.from({length: users}, (_, n) => `user-${String(n)}`);
  const begun = performance.now();
  const pushed = await pushAll(nodes, names, pushes, progress);
  const pushSeconds = (performance.now() - begun) / 1_000;
  await delay(shortMs);

  const returned = performance.now();
  const counts = {arrived: 0, missing: 0, twice: 0, outOfOrder: 0, expired: 0};
  const lasting = Array.from({length: pushes}, (_, n) => n).filter((n) => !isShort(n));
  const perWave = Math.ceil(users / waves);
  for (let wave = 0; wave < waves; wave += 1) {
    const some = names.slice(wave * perWave, (wave + 1) * perWave);
    progress.show(`wave ${String(wave + 1)} of ${String(waves)}`);
    for (const visit of ['first', 'second'] as const) {
      // The second time on the other node: what was acknowledged does not come again.
      const node = nodes[1 + ((wave + (visit === 'first' ? 0 : 1)) % 2)];
      if (!node) throw new Error('There is no such node.');
      const wanted = visit === 'first' ? lasting.length : 0;
      const seen = await Promise.all(some.map((user) => comeBack(node, secret, user, wanted)));
      for (const numbers of seen) {
        const due = numbers.filter((n) => !isShort(n));
        counts.arrived += numbers.length;
        counts.expired += numbers.length - due.length;
        counts.twice += due.length - (visit === 'first' ? new Set(due).size : 0);
        counts.missing += wanted === 0 ? 0 : lasting.filter((n) => !due.includes(n)).length;
        counts.outOfOrder += due.filter((n, at) => at > 0 && n < (due[at - 1] ?? 0)).length;
      }
    }
  }
  return {pushed, pushSeconds, returnSeconds: (performance.now() - returned) / 1_000, ...counts};
}

const isShort = (number: number): boolean => number % 10 === 9;

/** To each user in order, to many users at once; the first node is killed when half of it is done. */
async function pushAll(
  nodes: readonly RunningNode[],
  names: readonly string[],
  pushes: number,
  progress: Progress,
): Promise<number> {
  const half = (names.length * pushes) / 2;
  let done = 0;
  const next = names.values();
  const pusher = async (): Promise<void> => {
    for (const user of next) {
      for (let number = 0; number < pushes; number += 1) {
        await push(nodes, {user, number, isShort: isShort(number)});
        done += 1;
        if (done === Math.floor(half)) nodes[0]?.kill('SIGKILL');
        if (done % 500 === 0) progress.show(`pushed ${String(done)}`);
      }
    }
  };
  await Promise.all(Array.from({length: pushersAtOnce}, pusher));
  return done;
}

/** At one node after another until it is answered, with a key by which it is done once. */
async function push(nodes: readonly RunningNode[], {user, number, isShort: isBrief}: Plan): Promise<void> {
  const body = JSON.stringify({
    target: {user},
    topic: 'news',
    data: number,
    store: true,
    key: `${user}.${String(number)}`,
    ...(isBrief && {ttlMs: shortMs}),
  });
  for (let attempt = number; attempt < number + 300; attempt += 1) {
    const node = nodes[attempt % nodes.length];
    const answer = await fetch(`${node?.opsUrl ?? ''}/v1/push`, {
      method: 'POST',
      headers: {authorization: `Bearer ${apiKey}`, 'content-type': 'application/json'},
      body,
    }).catch(() => undefined);
    if (answer?.ok === true) {
      await answer.arrayBuffer();
      return;
    }
    if (answer && answer.status < 500 && answer.status !== 429) {
      throw new Error(`The push was answered with ${String(answer.status)}: ${await answer.text()}`);
    }
    await delay(50);
  }
  throw new Error('No node took the push.');
}

/** What comes to the user's device until it has as many as it waits for, and has acknowledged them. */
async function comeBack(node: RunningNode, secret: string, user: string, wanted: number): Promise<readonly number[]> {
  const parley: Parley = connect({
    url: node.url.replace('ws:', 'http:'),
    token: () => Promise.resolve(token(secret, user)),
    deviceId: 'device',
  });
  const seen: number[] = [];
  parley.on('push', ({data}) => {
    if (typeof data === 'number') seen.push(data);
  });
  try {
    await parley.ready;
    for (let look = 0; look < 600 && seen.length < wanted; look += 1) await delay(50);
    // For the acknowledgement, and for what must not come.
    await delay(500);
    await parley.sessions.list();
    return seen;
  } finally {
    await parley.close();
  }
}
