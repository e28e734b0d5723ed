import type {Line} from './pipe.js';
import {SeededRandom} from './seeded-random.js';

/** Something that is broken on purpose, for a time, and mended again. Nodes and clients by their index. */
export type Fault =
  | {readonly kind: 'node.kill' | 'node.drain'; readonly node: number; readonly ms: number}
  | {readonly kind: 'node.freeze'; readonly node: number; readonly ms: number}
  /** From Redis: its connections are reset, or stand and carry nothing. */
  | {readonly kind: 'node.partition'; readonly node: number; readonly line: Line; readonly ms: number}
  | {readonly kind: 'node.slow'; readonly node: number; readonly line: Line; readonly ms: number}
  /** `data`: what it has when it is back: everything, nothing, or what it had when the fault began. */
  | {readonly kind: 'redis.kill'; readonly data: 'kept' | 'none' | 'older'; readonly ms: number}
  | {readonly kind: 'redis.freeze'; readonly ms: number}
  | {readonly kind: 'redis.slow'; readonly line: Line; readonly ms: number}
  | {readonly kind: 'clients.cut'; readonly clients: readonly number[]; readonly ms: number}
  | {readonly kind: 'clients.slow'; readonly clients: readonly number[]; readonly line: Line; readonly ms: number}
  | {readonly kind: 'kick'; readonly client: number; readonly whole: 'session' | 'user'; readonly ms: number};

export interface Step {
  readonly atMs: number;
  readonly fault: Fault;
}

export interface Plan {
  readonly seed: number;
  readonly durationMs: number;
  readonly nodes: number;
  readonly clients: number;
  readonly steps: readonly Step[];
}

/** Before the first fault there is something to lose; after the last one there is time to see what it did. */
const quietMs = 1_000;

type Draw = (random: SeededRandom, scope: Scope) => Fault;

interface Scope {
  readonly nodes: number;
  readonly clients: number;
}

const someNode = (random: SeededRandom, {nodes}: Scope): number => random.between(0, nodes - 1);
const someClients = (random: SeededRandom, {clients}: Scope): readonly number[] =>
  random.sample(
    Array.from({length: clients}, (_, index) => index),
    random.between(1, Math.ceil(clients / 2)),
  );
/** Some shorter and some longer than what a node is given before it is taken for dead. */
const shortOrLong = (random: SeededRandom): number =>
  random.chance(0.5) ? random.between(200, 1_500) : random.between(2_500, 4_500);

const grave: readonly (readonly [weight: number, draw: Draw])[] = [
  [3, (random, scope) => ({kind: 'node.kill', node: someNode(random, scope), ms: random.between(300, 3_000)})],
  [2, (random, scope) => ({kind: 'node.drain', node: someNode(random, scope), ms: random.between(300, 2_000)})],
  [3, (random, scope) => ({kind: 'node.freeze', node: someNode(random, scope), ms: shortOrLong(random)})],
  [
    3,
    (random, scope) => ({
      kind: 'node.partition',
      node: someNode(random, scope),
      line: {line: random.pick(['refuse', 'hole'] as const)},
      ms: random.chance(0.2) ? random.between(5_000, 6_500) : shortOrLong(random),
    }),
  ],
  [
    2,
    (random, scope) => ({
      kind: 'node.slow',
      node: someNode(random, scope),
      line: random.chance(0.5)
        ? {line: 'delay', ms: random.between(20, 400)}
        : {line: 'throttle', bytesPerSecond: random.between(2_000, 20_000)},
      ms: random.between(1_000, 4_000),
    }),
  ],
  [
    5,
    (random) => ({
      kind: 'redis.kill',
      data: 'kept',
      ms: random.between(200, 3_000),
    }),
  ],
  [
    2,
    (random) => ({kind: 'redis.freeze', ms: random.chance(0.2) ? random.between(5_000, 6_500) : shortOrLong(random)}),
  ],
  [
    1,
    (random) => ({
      kind: 'redis.slow',
      line: {line: 'delay', ms: random.between(20, 200)},
      ms: random.between(1_000, 3_000),
    }),
  ],
];

const light: readonly (readonly [weight: number, draw: Draw])[] = [
  [4, (random, scope) => ({kind: 'clients.cut', clients: someClients(random, scope), ms: 0})],
  [
    3,
    (random, scope) => ({
      kind: 'clients.slow',
      clients: someClients(random, scope),
      line: random.pick([
        {line: 'hole'},
        {line: 'refuse'},
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

/** What a fault keeps busy: of two at a time, neither breaks what the other has broken. */
function busies(fault: Fault): readonly string[] {
  if ('node' in fault) return [`node${fault.node}`];
  return fault.kind.startsWith('redis') ? ['redis'] : ['clients'];
}

/**
 * What is broken when, by the seed alone: two faults of nodes and Redis at a time at most, and what befalls clients.
 * Two seeds in five let Redis lose data, once, in the second half of the run.
 */
export function makePlan(seed: number, {durationMs, nodes, clients}: Omit<Plan, 'seed' | 'steps'>): Plan {
  const random = new SeededRandom(seed);
  const loses = random.chance(0.4);
  const steps: Step[] = [];
  const track = (kinds: typeof grave, fromMs: number, pause: () => number): void => {
    for (let atMs = fromMs; ;) {
      atMs += pause();
      if (atMs > durationMs - quietMs) return;
      const fault = random.weighted(kinds)(random, {nodes, clients});
      if (atMs + fault.ms > durationMs - quietMs) continue;
      const free = steps.every(
        (other) =>
          other.atMs + other.fault.ms < atMs ||
          atMs + fault.ms < other.atMs ||
          !busies(other.fault).some((busy) => busy !== 'clients' && busies(fault).includes(busy)),
      );
      if (free) steps.push({atMs, fault});
      atMs += fault.ms;
    }
  };
  if (loses) {
    const atMs = Math.round(durationMs * (0.5 + random.fraction() / 4));
    steps.push({atMs, fault: {kind: 'redis.kill', data: random.pick(['none', 'older'] as const), ms: 1_000}});
  }
  track(grave, quietMs, () => random.between(300, 2_500));
  track(grave, quietMs + 2_000, () => random.between(1_500, 6_000));
  track(light, quietMs, () => random.between(200, 2_000));
  steps.sort((a, b) => a.atMs - b.atMs);
  return {seed, durationMs, nodes, clients, steps};
}
