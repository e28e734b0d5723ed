import {connect} from '@parley/client';
import {presence, room as rooms} from '@parley/protocol';
import {token} from '../generator/token.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {apiKey, newSecret, startParleyNode, type RunningNode} from '../subjects/parley.js';
import {startRedis} from '../subjects/redis.js';

const options = {
  rounds: {about: 'how often each question is asked', default: 200, least: 5, most: 100_000},
  users: {about: 'users on the node that is frozen, all members of one room', default: 20, least: 1, most: 100},
};
type Parameters = ParametersOf<typeof options>;

/** How long the answers took, in milliseconds. */
interface Answers {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
}
/** Two requests of clients, then three of the operations port. */
const questions = ['get', 'members', 'user', 'sessions', 'room'] as const;
type Question = (typeof questions)[number];
export type FrozenNodeSubject = Readonly<Record<Question, Answers>>;
export type FrozenNodeResult = RunResult<'frozen-node', Parameters, FrozenNodeSubject>;

const figures: readonly Figure<FrozenNodeSubject>[] = questions.flatMap((question) => [
  {heading: `${question} p50`, digits: 1, value: (s: FrozenNodeSubject) => s[question].medianMs},
  {
    heading: `${question} p99`,
    chart: {title: `${question}: 99 of 100 answers are faster`, unit: 'ms'},
    digits: 1,
    value: (s: FrozenNodeSubject) => s[question].p99Ms,
  },
  {heading: `${question} max`, digits: 1, value: (s: FrozenNodeSubject) => s[question].slowestMs},
]);

export const frozenNode = scenario({
  name: 'frozen-node',
  about: 'queries of presence, members and sessions of users on a node that is frozen, and the same before it is',
  options,
  run: runFrozenNode,
});

const room = 'den';

async function runFrozenNode(parameters: Parameters, comparison: Comparison): Promise<void> {
  const progress = new Progress();
  const secret = newSecret();
  const redis = await startRedis();
  const nodes: RunningNode[] = [];
  try {
    // The frozen node must not be taken for dead while it is asked about.
    const env = {REDIS_URL: redis.url, PARLEY_NODE_TIMEOUT: '5m', PARLEY_LEASE: '5m'};
    const asked = await startParleyNode({secret, env});
    const frozen = await startParleyNode({secret, env});
    nodes.push(asked, frozen);
    const users = Array.from({length: parameters.users}, (_, n) => `user-${String(n)}`);
    const at = (node: RunningNode, user: string) =>
      connect({url: node.url.replace('ws:', 'http:'), token: () => Promise.resolve(token(secret, user))});
    const asker = at(asked, 'asker');
    await asker.join(room, {create: true});
    const others = users.map((user) => at(frozen, user));
    await Promise.all(others.map((other) => other.join(room)));

    const api = async (path: string): Promise<void> => {
      const answer = await fetch(`${asked.opsUrl}/v1${path}`, {headers: {authorization: `Bearer ${apiKey}`}});
      if (!answer.ok) throw new Error(`${path} was answered with ${String(answer.status)}`);
      await answer.arrayBuffer();
    };
    const ask: Readonly<Record<Question, () => Promise<unknown>>> = {
      get: () => asker.request(presence.get, {users}),
      members: () => asker.request(rooms.members, {room}),
      user: () => api(`/users/${users[0] ?? ''}/presence`),
      sessions: () => api(`/users/${users[0] ?? ''}/sessions`),
      room: () => api(`/rooms/${room}/presence`),
    };
    const measure = async (when: string): Promise<FrozenNodeSubject> => {
      const found: [Question, Answers][] = [];
      for (const question of questions) {
        progress.show(`${when}: ${question}`);
        found.push([question, await time(ask[question], parameters.rounds)]);
      }
      return Object.fromEntries(found) as Record<Question, Answers>;
    };

    // Once for nothing: what is compiled, loaded and cached at the first time is not what is measured.
    await measure('warming up');
    const before = await measure('all nodes run');
    process.kill(frozen.pid, 'SIGSTOP');
    const during = await measure('one node is frozen');
    process.kill(frozen.pid, 'SIGCONT');
    progress.settle('frozen-node: done');
    await Promise.all([asker, ...others].map((client) => client.close()));
    const result: FrozenNodeResult = {
      scenario: 'frozen-node',
      at: new Date().toISOString(),
      params: parameters,
      machine: machine(),
      subjects: {'all run': before, 'one frozen': during},
      ratios: {},
    };
    const about = `${String(users.length)} users on a node that is stopped by SIGSTOP, asked about at another node, one question after another: presence.get, room.members, and of the operations port a user’s presence and sessions and a room’s presence; milliseconds`;
    publishResult(result, {title: 'A frozen node', about, figures, phrase: () => ''}, comparison);
  } finally {
    for (const node of nodes) {
      node.kill('SIGKILL');
      await node.ended;
    }
    await redis.stop();
  }
}

async function time(ask: () => Promise<unknown>, rounds: number): Promise<Answers> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    await ask();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const rank = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {medianMs: rank(0.5), p99Ms: rank(0.99), slowestMs: times.at(-1) ?? 0};
}
