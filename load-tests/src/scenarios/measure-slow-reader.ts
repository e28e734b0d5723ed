import {setTimeout as delay} from 'node:timers/promises';
import type {Histogram} from 'hdr-histogram-js';
import {Fleet} from '../generator/fleet.js';
import {SlowReader} from '../generator/slow-reader.js';
import {latencyHistogram} from '../generator/tally.js';
import {median} from '../measure/median.js';
import {processUsage} from '../measure/process-usage.js';
import type {Progress} from '../progress.js';
import {apiKey, type RunningNode} from '../subjects/parley.js';

const warmUpSeconds = 1;
const comeBackWithinMs = 15_000;
/** Seldom: whatever the node is asked takes a millisecond or more, in which somebody’s message waits. */
const lookMs = 1_000;
const room = 'room0';
const slowUser = 'slow';

export interface SlowReaderParameters {
  readonly readers: number;
  readonly rate: number;
  readonly bytes: number;
  readonly slow: number;
  readonly seconds: number;
  readonly rounds: number;
}

export interface SlowReaderSubject {
  /** Of the other readers: the 99th percentile of all messages of all rounds; that of one round says little. */
  readonly p99AloneMs: number;
  readonly p99BesideMs: number;
  /** The one divided by the other. */
  readonly p99Ratio: number;
  /** Of the other readers, both ways together. */
  readonly deliveredPct: number;
  /** Why the slow one was closed, of each round. */
  readonly closedAs: readonly string[];
  readonly closedAfterMs: number;
  /** From the network's recovery until it had everything again. */
  readonly caughtUpAfterMs: number;
  readonly holes: number;
  readonly doubled: number;
  readonly resets: number;
  readonly resumes: number;
  /** By how much the node's memory rose above what it was when all were connected, at its highest. */
  readonly grownBytes: number;
}

interface Round {
  readonly closedAs: string;
  readonly closedAfterMs: number;
  readonly caughtUpAfterMs: number;
  readonly grownBytes: number;
}

/** A node's rounds: in each, the readers are first alone and then beside a slow one. */
export class SlowReaderMeasurement {
  readonly #rounds: Round[] = [];
  readonly #alone = latencyHistogram();
  readonly #besides = latencyHistogram();
  readonly #sums = {expected: 0, received: 0, holes: 0, doubled: 0, resets: 0, resumes: 0};
  /** Message ids are not used again: they would be taken for repetitions. */
  #next = 1;

  async round(node: RunningNode, parameters: SlowReaderParameters, progress: Progress): Promise<void> {
    progress.show('the others alone');
    await this.#withReaders(node, parameters, (fleet) => this.#publish(fleet, parameters, this.#alone));
    progress.show('beside a slow one');
    this.#rounds.push(await this.#withReaders(node, parameters, (fleet) => this.#beside(fleet, node, parameters)));
  }

  get result(): SlowReaderSubject {
    const of = (value: (round: Round) => number): number => median(this.#rounds.map(value));
    const {expected, received, ...sums} = this.#sums;
    const [p99AloneMs, p99BesideMs] = [p99Ms(this.#alone), p99Ms(this.#besides)];
    return {
      p99AloneMs,
      p99BesideMs,
      p99Ratio: p99BesideMs / p99AloneMs,
      deliveredPct: (received / expected) * 100,
      closedAs: this.#rounds.map(({closedAs}) => closedAs),
      closedAfterMs: of((round) => round.closedAfterMs),
      caughtUpAfterMs: of((round) => round.caughtUpAfterMs),
      ...sums,
      grownBytes: Math.max(...this.#rounds.map(({grownBytes}) => grownBytes)),
    };
  }

  async #withReaders<T>(
    node: RunningNode,
    {readers, rate, bytes}: SlowReaderParameters,
    what: (fleet: Fleet) => Promise<T>,
  ): Promise<T> {
    const size = {clients: readers - 1, rooms: 1, clientsPerProcess: readers, usersApart: false};
    const fleet = await Fleet.connect(node, size);
    try {
      const messages = Math.ceil(rate * warmUpSeconds);
      await fleet.publish({rate, burst: 1, bytes, first: this.#next, messages, counted: false});
      this.#next += messages;
      return await what(fleet);
    } finally {
      fleet.stop();
    }
  }

  /** Publishes for the given time and adds what the readers saw. */
  async #publish(
    fleet: Fleet,
    {readers, rate, bytes, seconds}: SlowReaderParameters,
    latencies: Histogram,
  ): Promise<void> {
    const messages = Math.ceil(rate * seconds);
    const expected = messages * (readers - 1);
    await fleet.publish({rate, burst: 1, bytes, first: this.#next, messages, counted: true});
    this.#next += messages;
    await until(() => fleet.received >= expected);
    const {counts, latency} = await fleet.result();
    this.#sums.expected += expected;
    this.#sums.received += counts.received;
    latencies.add(latency);
  }

  async #beside(fleet: Fleet, node: RunningNode, parameters: SlowReaderParameters): Promise<Round> {
    const port = Number(new URL(node.url).port);
    const reader = await SlowReader.join({port, secret: node.secret, user: slowUser, room});
    try {
      const watch = new Watch(node);
      const slowedAt = performance.now();
      reader.slow(parameters.slow);
      const publishing = this.#publish(fleet, parameters, this.#besides);
      // However long a busy machine takes to publish all of it; who is not closed by then will not be.
      const publishedWithinMs = parameters.seconds * 1_000 + comeBackWithinMs;
      const published = publishing.then(() => watch.closed());
      const closed = await Promise.race([until(() => watch.closed(), publishedWithinMs, lookMs), published]);
      if (!closed) throw new Error('The slow reader was not closed: give --rate, --bytes or --seconds a higher value.');
      const closedAfterMs = performance.now() - slowedAt;
      reader.recover();
      const recoveredAt = performance.now();
      await until(() => reader.outcome.lostBy !== undefined);
      const closedAs = reader.outcome.lostBy ?? 'nothing';
      await publishing;
      // It is level with the room while messages still come, unless they ended first.
      await until(() => reader.outcome.last >= this.#next - 1);
      const caughtUpAfterMs = performance.now() - recoveredAt;
      const {last, holes, doubled, resets, resumes} = reader.outcome;
      this.#sums.holes += holes + (this.#next - 1 - last);
      this.#sums.doubled += doubled;
      this.#sums.resets += resets;
      this.#sums.resumes += resumes;
      return {closedAs, closedAfterMs, caughtUpAfterMs, grownBytes: watch.end()};
    } finally {
      reader.close();
    }
  }
}

const p99Ms = (latencies: Histogram): number => latencies.getValueAtPercentile(99) / 1_000;

/** Looks at a node from outside: its memory, and whether it has closed the slow reader. */
class Watch {
  readonly #node: RunningNode;
  readonly #rss: number;
  #highest: number;
  readonly #timer: NodeJS.Timeout;

  constructor(node: RunningNode) {
    this.#node = node;
    this.#rss = processUsage(node.pid).rssBytes;
    this.#highest = this.#rss;
    this.#timer = setInterval(() => {
      this.#highest = Math.max(this.#highest, processUsage(node.pid).rssBytes);
    }, 100);
  }

  /** Asked for its sessions, which costs a node less than to give its metrics out. */
  async closed(): Promise<boolean> {
    const answer = await fetch(`${this.#node.opsUrl}/v1/users/${slowUser}/sessions`, {
      headers: {authorization: `Bearer ${apiKey}`},
    });
    const {sessions} = (await answer.json()) as {sessions: readonly {state: string}[]};
    return sessions.every(({state}) => state !== 'connected');
  }

  /** By how much the memory rose at most. */
  end(): number {
    clearInterval(this.#timer);
    return this.#highest - this.#rss;
  }
}

/** Whether it became true in time. */
async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs = comeBackWithinMs,
  everyMs = 50,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    await delay(everyMs);
  }
  return false;
}
