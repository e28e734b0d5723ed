import type {Fault} from './fault.js';
import {keepsLog, survivesKill, survivesStop, type Persistence} from './persistence.js';
import type {Line} from './pipe.js';
import type {SeededRandom} from './seeded-random.js';

export interface Scope {
  readonly nodes: number;
  readonly clients: number;
  readonly persistence: Persistence;
}

type Draw = readonly [weight: number, draw: (random: SeededRandom, scope: Scope) => Fault];
export type Draws = readonly Draw[];

const indices = (count: number): readonly number[] => Array.from({length: count}, (_, index) => index);
const someNode = (random: SeededRandom, {nodes}: Scope): number => random.between(0, nodes - 1);
const someClients = (random: SeededRandom, {clients}: Scope): readonly number[] =>
  random.sample(indices(clients), random.between(1, Math.ceil(clients / 2)));

/** Some shorter and some longer than what a node is given before it is taken for dead. */
const shortOrLong = (random: SeededRandom): number =>
  random.chance(0.5) ? random.between(200, 1_500) : random.between(2_500, 4_500);
/** Now and then longer than an answer of Redis is waited for. */
const shortLongOrVeryLong = (random: SeededRandom): number =>
  random.chance(0.2) ? random.between(5_000, 6_500) : shortOrLong(random);

const broken = (random: SeededRandom): Line =>
  random.pick([
    {line: 'refuse'},
    {line: 'hole'},
    {line: 'one-way', open: 'there'},
    {line: 'one-way', open: 'back'},
  ] as const);

const slow = (random: SeededRandom): Line =>
  random.chance(0.5)
    ? {line: 'delay', ms: random.between(20, 400)}
    : {line: 'throttle', bytesPerSecond: random.between(2_000, 20_000)};

/** What befalls nodes and Redis without Redis losing anything, however it keeps what it has. */
const lossless: Draws = [
  [3, (random, scope) => ({kind: 'node.kill', node: someNode(random, scope), ms: random.between(300, 3_000)})],
  [1, (random) => ({kind: 'nodes.kill', ms: random.between(200, 1_500)})],
  [2, (random, scope) => ({kind: 'node.drain', node: someNode(random, scope), ms: random.between(300, 2_000)})],
  [3, (random, scope) => ({kind: 'node.freeze', node: someNode(random, scope), ms: shortOrLong(random)})],
  [
    4,
    (random, scope) => ({
      kind: 'node.partition',
      node: someNode(random, scope),
      line: broken(random),
      ms: shortLongOrVeryLong(random),
    }),
  ],
  [2, (random, scope) => ({kind: 'node.flicker', node: someNode(random, scope), ms: random.between(300, 2_000)})],
  [
    2,
    (random, scope) => ({
      kind: 'node.isolated',
      node: someNode(random, scope),
      line: broken(random),
      ms: shortOrLong(random),
    }),
  ],
  [
    2,
    (random, scope) => ({
      kind: 'node.slow',
      node: someNode(random, scope),
      line: slow(random),
      ms: random.between(1_000, 4_000),
    }),
  ],
  [2, (random) => ({kind: 'redis.partition', line: broken(random), ms: shortLongOrVeryLong(random)})],
  [2, (random) => ({kind: 'redis.handover', ms: random.between(50, 1_000)})],
  [2, (random) => ({kind: 'redis.freeze', ms: shortLongOrVeryLong(random)})],
  [
    1,
    (random) => ({
      kind: 'redis.slow',
      line: random.chance(0.7)
        ? {line: 'delay', ms: random.between(20, 200)}
        : {line: 'throttle', bytesPerSecond: random.between(10_000, 50_000)},
      ms: random.between(1_000, 3_000),
    }),
  ],
];

const kill: Draw = [4, (random) => ({kind: 'redis.kill', data: 'kept', ms: random.between(200, 3_000)})];
const restart: Draw = [2, (random) => ({kind: 'redis.restart', ms: random.between(200, 2_000)})];
const older: Draw = [1, (random) => ({kind: 'redis.kill', data: 'older', ms: random.between(200, 1_500)})];

/** What befalls nodes and Redis without Redis losing anything. */
export const graveDraws = (persistence: Persistence): Draws => [
  ...lossless,
  ...(survivesKill(persistence) ? [kill] : []),
  ...(survivesStop(persistence) ? [restart] : []),
];

/** Redis loses what it had given out. */
export const losingDraws = (persistence: Persistence): Draws => [
  [1, (random) => ({kind: 'redis.kill', data: 'none', ms: random.between(200, 1_500)})],
  ...(keepsLog(persistence) ? [older] : []),
  ...(survivesKill(persistence) ? [] : [kill]),
  [2, (random) => ({kind: 'redis.failover', lagMs: random.between(100, 1_500), split: [], ms: 500})],
  [
    2,
    (random, {nodes}) => ({
      kind: 'redis.failover',
      lagMs: random.between(0, 500),
      split: random.sample(indices(nodes), random.between(1, Math.max(1, nodes - 1))),
      ms: random.between(500, 2_500),
    }),
  ],
];

/** What befalls clients. */
export const lightDraws: Draws = [
  [4, (random, scope) => ({kind: 'clients.cut', clients: someClients(random, scope), ms: 0})],
  [
    3,
    (random, scope) => ({
      kind: 'clients.slow',
      clients: someClients(random, scope),
      line: random.pick([
        {line: 'hole'},
        {line: 'refuse'},
        {line: 'one-way', open: 'there'},
        {line: 'one-way', open: 'back'},
        {line: 'throttle', bytesPerSecond: 1_000},
        {line: 'delay', ms: 300},
      ] as const),
      ms: random.between(300, 4_500),
    }),
  ],
  [
    2,
    (random, {clients}) => ({
      kind: 'kick',
      client: random.between(0, clients - 1),
      whole: random.pick(['session', 'user'] as const),
      ms: 0,
    }),
  ],
];
