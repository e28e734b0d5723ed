import {graveDraws, lightDraws, losingDraws, type Draws, type Scope} from './draws.js';
import {busies, busyMs, ends, type Fault} from './fault.js';
import {SeededRandom} from './seeded-random.js';

export interface Step {
  /** Since the beginning of its round. */
  readonly atMs: number;
  readonly fault: Fault;
}

/** So much breaking, after which everything is mended, everybody is quiet, and all is looked at. */
export interface Round {
  readonly durationMs: number;
  /** Redis loses what it had given out, once. */
  readonly loses: boolean;
  readonly steps: readonly Step[];
}

export interface Plan extends Scope {
  readonly seed: number;
  /** A node whose process is not ended in the second half of the rounds: what time does to a process can be seen on it. */
  readonly spared: number;
  readonly rounds: readonly Round[];
}

/** Long enough that faults meet the consequences of earlier ones, short enough that what went wrong can be found. */
const roundMs = 60_000;
/** Before the first fault there is something to lose; after the last one there is time to see what it did. */
const quietMs = 1_000;

/** What is broken when, by the seed alone. In two rounds of five Redis loses data. */
export function makePlan(seed: number, {durationMs, ...scope}: Scope & {durationMs: number}): Plan {
  const random = new SeededRandom(seed);
  const count = Math.max(1, Math.round(durationMs / roundMs));
  const spared = seed % scope.nodes;
  const rounds = Array.from({length: count}, (_, index) => {
    const isLate = count > 1 && index >= count / 2;
    return makeRound(random.fork(), durationMs / count, scope, isLate ? spared : undefined);
  });
  return {seed, ...scope, spared, rounds};
}

/** Two faults of nodes and Redis at a time at most, and what befalls clients. Data is lost in the second half. */
function makeRound(random: SeededRandom, durationMs: number, scope: Scope, spared: number | undefined): Round {
  const {nodes, persistence} = scope;
  const grave = graveDraws(persistence);
  const loses = random.chance(0.4);
  const steps: Step[] = [];
  const track = (draws: Draws, fromMs: number, pause: () => number): void => {
    for (let atMs = fromMs; ;) {
      atMs += pause();
      if (atMs > durationMs - quietMs) return;
      const fault = random.weighted(draws)(random, scope);
      if (atMs + fault.ms > durationMs - quietMs) continue;
      if (isFree(fault, atMs)) steps.push({atMs, fault});
      atMs += fault.ms;
    }
  };
  const isFree = (fault: Fault, atMs: number): boolean => {
    if (spared !== undefined && ends(fault, nodes).includes(spared)) return false;
    const busy = new Set(busies(fault, nodes, persistence));
    return steps.every(
      (other) =>
        other.atMs + busyMs(other.fault, persistence) < atMs ||
        atMs + busyMs(fault, persistence) < other.atMs ||
        !busies(other.fault, nodes, persistence).some((thing) => busy.has(thing)),
    );
  };
  if (loses) {
    const fault = random.weighted(losingDraws(persistence))(random, scope);
    steps.push({atMs: Math.round(durationMs * (0.5 + random.fraction() / 4)), fault});
  }
  track(grave, quietMs, () => random.between(300, 2_500));
  track(grave, quietMs + 2_000, () => random.between(1_500, 6_000));
  track(lightDraws, quietMs, () => random.between(200, 2_000));
  steps.sort((a, b) => a.atMs - b.atMs);
  return {durationMs, loses, steps};
}
