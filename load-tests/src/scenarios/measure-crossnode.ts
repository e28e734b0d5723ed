import {decodeFromCompressedBase64} from 'hdr-histogram-js';
import {Pumping} from '../generator/pumping.js';
import {median} from '../measure/median.js';
import {processUsage} from '../measure/process-usage.js';
import type {Progress} from '../progress.js';
import type {RunningPair} from '../subjects/pair.js';

const warmUpMs = 1_500;

export interface CrossnodeParameters {
  readonly rooms: number;
  readonly window: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** One way of publishing: the medians of the rounds. */
export interface CrossnodeFigures {
  readonly messagesPerSecond: number;
  /** CPU time per message of each process. */
  readonly cpuMicros: {readonly publishing: number; readonly receiving: number; readonly redis: number};
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface CrossnodeSubject {
  /** Of all that was sent in all rounds. */
  readonly deliveredPct: number;
  readonly duplicates: number;
  readonly disordered: number;
  /** Requests that were answered with an error. */
  readonly refused: number;
  /** The publisher asks for no answers. */
  readonly unanswered: CrossnodeFigures;
  /** The publisher asks for an answer to each message, and sends no more than the window before they come. */
  readonly answered: CrossnodeFigures;
}

type Way = 'unanswered' | 'answered';
const ways: readonly Way[] = ['unanswered', 'answered'];

/** A subject's rounds. */
export class CrossnodeMeasurement {
  readonly #rounds: Readonly<Record<Way, CrossnodeFigures[]>> = {unanswered: [], answered: []};
  readonly #sums = {sent: 0, received: 0, duplicates: 0, disordered: 0, refused: 0};

  /** One round: connect, warm up, and both ways one after the other. */
  async round(pair: RunningPair, parameters: CrossnodeParameters, progress: Progress): Promise<void> {
    const {rooms, window, bytes, seconds} = parameters;
    progress.show(`${pair.name}: connecting`);
    const pumping = await Pumping.connect(pair.nodes, rooms);
    try {
      for (const way of ways) {
        const acknowledged = way === 'answered';
        progress.show(`${pair.name}: warming up`);
        await pumping.pump({window, bytes, ms: warmUpMs, acknowledged});
        const [first, second] = pair.nodes;
        const pids = {publishing: first.pid, receiving: second.pid, redis: pair.redisPid};
        const usage = (): Record<keyof typeof pids, number> => ({
          publishing: processUsage(pids.publishing).cpuMicros,
          receiving: processUsage(pids.receiving).cpuMicros,
          redis: processUsage(pids.redis).cpuMicros,
        });
        const before = usage();
        const ticker = setInterval(() => {
          progress.show(`${pair.name}, ${way}: ${pumping.received.toLocaleString('en')} messages`);
        }, 500);
        try {
          const {sent, counts, refused, ms, latency} = await pumping.pump({
            window,
            bytes,
            ms: seconds * 1_000,
            acknowledged,
          });
          const after = usage();
          const perMessage = (name: keyof typeof pids): number => (after[name] - before[name]) / counts.received;
          const histogram = decodeFromCompressedBase64(latency);
          this.#rounds[way].push({
            messagesPerSecond: (counts.received / ms) * 1_000,
            cpuMicros: {
              publishing: perMessage('publishing'),
              receiving: perMessage('receiving'),
              redis: perMessage('redis'),
            },
            p50Ms: histogram.getValueAtPercentile(50) / 1_000,
            p99Ms: histogram.getValueAtPercentile(99) / 1_000,
          });
          this.#sums.sent += sent;
          this.#sums.refused += refused;
          this.#sums.received += counts.received;
          this.#sums.duplicates += counts.duplicates;
          this.#sums.disordered += counts.disordered;
        } finally {
          clearInterval(ticker);
        }
      }
    } finally {
      pumping.stop();
    }
  }

  get result(): CrossnodeSubject {
    const {sent, received, duplicates, disordered, refused} = this.#sums;
    return {
      deliveredPct: (received / sent) * 100,
      duplicates,
      disordered,
      refused,
      unanswered: medians(this.#rounds.unanswered),
      answered: medians(this.#rounds.answered),
    };
  }
}

function medians(rounds: readonly CrossnodeFigures[]): CrossnodeFigures {
  const of = (value: (figures: CrossnodeFigures) => number): number => median(rounds.map(value));
  return {
    messagesPerSecond: of((f) => f.messagesPerSecond),
    cpuMicros: {
      publishing: of((f) => f.cpuMicros.publishing),
      receiving: of((f) => f.cpuMicros.receiving),
      redis: of((f) => f.cpuMicros.redis),
    },
    p50Ms: of((f) => f.p50Ms),
    p99Ms: of((f) => f.p99Ms),
  };
}
