import fc from 'fast-check';
import {expect, test} from 'vitest';
import {place, type Place} from './placement.js';
import {WorkerLoad} from './worker-load.js';

const worker = (load: number): {load: number} => ({load});

test('a call begins where there is most room', () => {
  const places = [worker(0.5), worker(0.2), worker(0.4)];
  expect(place(places)).toBe(places[1]);
  expect(place<Place>([])).toBeUndefined();
});

test('a call stays together while it fits, and goes on where there is room when it does not', () => {
  const [home, other] = [worker(0.25), worker(0)];
  const own = new Set([home]);
  expect(place([home, other], own)).toBe(home);
  home.load = 0.5;
  other.load = 0.48;
  expect(place([home, other], own)).toBe(home);
  other.load = 0.3;
  expect(place([home, other], own)).toBe(other);
  // On both of them from now on, it goes to the emptier one.
  expect(place([home, other], new Set([home, other]))).toBe(other);
});

test('calls are parted from the beginning where that is wanted', () => {
  const [home, other] = [worker(0.02), worker(0)];
  expect(place([home, other], new Set([home]), 0)).toBe(other);
});

test('a call whose worker is not to be had goes to another', () => {
  const other = worker(0.9);
  expect(place([other], new Set([worker(0)]))).toBe(other);
});

test('load is what was measured, with room for newcomers until they are measured too', () => {
  const load = new WorkerLoad();
  load.measured(0, 0);
  for (let second = 1; second <= 20; second += 1) load.measured(second * 500, second * 1_000);
  expect(load.cpu).toBeCloseTo(0.5, 2);
  const before = load.at(20_000, 0);
  load.expectPeer(20_000);
  const reserved = load.at(20_000, 0) - before;
  expect(reserved).toBeGreaterThan(0);
  expect(load.at(27_500, 0) - before).toBeCloseTo(reserved / 2, 6);
  expect(load.at(40_000, 0)).toBe(before);
  load.reset();
  expect(load.at(40_000, 0)).toBe(0);
});

test('what is there but at rest has its place kept', () => {
  const load = new WorkerLoad();
  expect(load.at(0, 200)).toBeGreaterThan(load.at(0, 100));
});

test('a clock that stands still measures nothing', () => {
  const load = new WorkerLoad();
  load.measured(0, 5);
  load.measured(100, 5);
  expect(load.cpu).toBe(0);
});

/** What a peer costs its worker: what it sends, and what of each other peer it is sent, in shares of a processor. */
const sending = 0.004;
const receiving = 0.001;
/** For each worker. */
const joinsASecond = 0.3;
/** Nobody looks at more than so many others at once. */
const mostWatched = 24;

interface Call {
  readonly peers: Map<Host, number>;
  /** How often it is joined, against others. */
  readonly weight: number;
}

/** A worker of the simulation: what it does is known, what it is taken to do is measured a second late. */
class Host {
  readonly #load = new WorkerLoad();
  #usedMs = 0;
  now = 0;

  get load(): number {
    return this.#load.at(this.now, 0);
  }

  begin(): void {
    this.#load.expectCall(this.now);
  }

  join(): void {
    this.#load.expectPeer(this.now);
  }

  second(cost: number): void {
    this.now += 1_000;
    this.#usedMs += cost * 1_000;
    this.#load.measured(this.#usedMs, this.now);
  }
}

function costOn(host: Host, calls: readonly Call[]): number {
  let cost = 0;
  for (const {peers} of calls) {
    const here = peers.get(host) ?? 0;
    if (here === 0) continue;
    const all = [...peers.values()].reduce((sum, count) => sum + count, 0);
    const piped = all - here + (peers.size - 1) * here;
    cost += here * (sending + receiving * Math.min(all - 1, mostWatched)) + piped * receiving;
  }
  return cost;
}

interface Outcome {
  /** The most that a worker ever had, against the mean of all at that moment. */
  readonly spread: number;
  readonly mean: number;
  /** Calls that were on more than one worker in the end, of all. */
  readonly parted: number;
}

/** People join calls, most of them small and some very large, and leave; the last five minutes of fifteen are looked at. */
function simulate(roll: () => number, workers: number, placing: typeof place): Outcome {
  const hosts = Array.from({length: workers}, () => new Host());
  const calls: Call[] = [];
  let leaving: {readonly call: Call; readonly host: Host; readonly at: number}[] = [];
  let spread = 1;
  let mean = 0;
  for (let second = 0; second < 900; second += 1) {
    for (let chance = 0; chance < workers; chance += 1) {
      if (roll() > joinsASecond) continue;
      let call = roll() < 0.15 ? undefined : drawn(calls, roll);
      if (call === undefined) {
        call = {peers: new Map(), weight: Math.min(20, 1 / Math.max(roll(), 0.02))};
        calls.push(call);
        const at = place(hosts)!;
        at.begin();
        call.peers.set(at, 0);
      }
      const host = placing(hosts, new Set(call.peers.keys()))!;
      host.join();
      call.peers.set(host, (call.peers.get(host) ?? 0) + 1);
      leaving.push({call, host, at: second + 60 + roll() * 300});
    }
    for (const {call, host, at} of leaving) if (at <= second) call.peers.set(host, call.peers.get(host)! - 1);
    leaving = leaving.filter(({at}) => at > second);
    for (const call of calls) for (const [host, count] of call.peers) if (count === 0) call.peers.delete(host);
    for (let index = calls.length - 1; index >= 0; index -= 1)
      if (calls[index]!.peers.size === 0) calls.splice(index, 1);
    const costs = hosts.map((host) => costOn(host, calls));
    hosts.forEach((host, index) => {
      host.second(costs[index]!);
    });
    if (second < 600) continue;
    const now = costs.reduce((sum, cost) => sum + cost, 0) / workers;
    mean += now / 300;
    spread = Math.max(spread, Math.max(...costs) / now);
  }
  return {spread, mean, parted: calls.filter(({peers}) => peers.size > 1).length / calls.length};
}

function drawn(calls: readonly Call[], roll: () => number): Call | undefined {
  let left = roll() * calls.reduce((sum, {weight}) => sum + weight, 0);
  for (const call of calls) if ((left -= call.weight) <= 0) return call;
  return undefined;
}

test('under random joins and leaves no worker has 1.25 times the mean load, and most calls stay together', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(2, 4, 8), (seed, workers) => {
      const outcome = simulate(dice(seed), workers, place);
      expect(outcome.mean).toBeGreaterThan(0.4);
      expect(outcome.mean).toBeLessThan(1.1);
      expect(outcome.spread).toBeLessThan(1.25);
      expect(outcome.parted).toBeLessThan(0.4);
    }),
    {numRuns: 10},
  );
});

test('were no call ever parted, large ones would load their worker with more', () => {
  const together: typeof place = (places, own) => place(own === undefined ? places : [...own], own);
  const outcome = simulate(dice(7), 4, together);
  expect(outcome.parted).toBe(0);
  expect(outcome.spread).toBeGreaterThan(1.25);
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
