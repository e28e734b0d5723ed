import {decodeFromCompressedBase64, type Histogram} from 'hdr-histogram-js';
import type {Percentiles} from '../measure/percentiles.js';
import type {Witness} from './messages.js';
import {columnMs, millisHistogram} from './notes.js';

/** What all clients saw together. */
export interface Outcome {
  readonly clients: number;
  /** Messages that the server accepted. */
  readonly messages: number;
  readonly deliveredPct: number;
  /** Deliveries of accepted messages that are missing at clients that were not told of a hole. */
  readonly lost: number;
  readonly doubled: number;
  /** Events that a client's feed passed over without a word. */
  readonly skipped: number;
  /** Clients that saw another order than that of the acknowledged offsets. */
  readonly disordered: number;
  /** How often a client was told that continuity is broken, and what these clients miss. */
  readonly told: number;
  readonly missingAndTold: number;
  readonly notBack: number;
  /** Sessions that could not be resumed. */
  readonly anew: number;
  readonly sentAway: number;
  /** Handshakes of returning clients that were refused, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** From the first attempt to come back to having all that was missed; milliseconds. */
  readonly backMs: Percentiles;
  /** From the loss of the connection to the same moment. */
  readonly goneMs: Percentiles;
  /** From the moment that a draining node announced to `session.ready`. */
  readonly lateMs: Percentiles;
  /** From writing to delivery at clients that kept their connection, before and during the trouble. */
  readonly latencyMs: {readonly calm: Percentiles; readonly trouble: Percentiles};
  /** Most sessions that came to one node within a second. */
  readonly mostTakenPerSecond: number;
  /** By columns of a quarter of a second, from the first announcement on. */
  readonly columns: {readonly announced: readonly number[]; readonly taken: readonly number[]};
}

export function sumUp(witnesses: readonly Witness[], messages: number): Outcome {
  const sum = (of: (witness: Witness) => number): number => witnesses.reduce((total, one) => total + of(one), 0);
  const clients = sum((one) => one.clients);
  const missing = sum(({lost, missingAndTold}) => lost + missingAndTold);
  return {
    clients,
    messages,
    deliveredPct: (1 - missing / Math.max(1, clients * messages)) * 100,
    lost: sum((one) => one.lost),
    doubled: sum((one) => one.doubled),
    skipped: sum((one) => one.skipped),
    disordered: sum((one) => one.disordered),
    told: sum((one) => one.told),
    missingAndTold: sum((one) => one.missingAndTold),
    notBack: sum((one) => one.notBack),
    anew: sum((one) => one.anew),
    sentAway: sum((one) => one.sentAway),
    refused: merge(witnesses.map((one) => Object.entries(one.refused))),
    backMs: percentiles(witnesses.map((one) => one.back)),
    goneMs: percentiles(witnesses.map((one) => one.gone)),
    lateMs: percentiles(witnesses.map((one) => one.late)),
    latencyMs: {
      calm: percentiles(witnesses.map(({latency}) => latency.calm)),
      trouble: percentiles(witnesses.map(({latency}) => latency.trouble)),
    },
    ...overTime(witnesses),
  };
}

function merge(counts: readonly (readonly (readonly [string | number, number])[])[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const [key, count] of counts.flat()) merged[key] = (merged[key] ?? 0) + count;
  return merged;
}

function percentiles(encoded: readonly string[]): Percentiles {
  const all: Histogram = millisHistogram();
  for (const one of encoded) all.add(decodeFromCompressedBase64(one));
  const [p50, p95, p99] = [50, 95, 99].map((p) => all.getValueAtPercentile(p));
  return {count: all.totalCount, p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0, max: all.maxValue};
}

/** Sessions per node and second, and the course of announced returns. */
function overTime(witnesses: readonly Witness[]): Pick<Outcome, 'mostTakenPerSecond' | 'columns'> {
  const taken = merge(witnesses.map((one) => one.taken));
  const perSecond = 1_000 / columnMs;
  const within = ([key]: [string, number]): number => {
    const [node = '', column = ''] = key.split(' ');
    const columns = Array.from({length: perSecond}, (_, i) => taken[`${node} ${String(Number(column) + i)}`] ?? 0);
    return columns.reduce((total, count) => total + count, 0);
  };
  const announced = merge(witnesses.map((one) => one.announced));
  const ofAllNodes = merge([Object.entries(taken).map(([key, count]) => [key.split(' ')[1] ?? '', count] as const)]);
  return {
    mostTakenPerSecond: Math.max(0, ...Object.entries(taken).map(within)),
    columns: course(announced, ofAllNodes),
  };
}

/** More than this of one run nobody looks at. */
const mostColumns = 400;

function course(announced: Record<string, number>, taken: Record<string, number>): Outcome['columns'] {
  const first = Math.min(...Object.keys(announced).map(Number));
  if (!Number.isFinite(first)) return {announced: [], taken: []};
  const last = Math.max(...Object.keys(taken).map(Number));
  const length = Math.min(mostColumns, last - first + 1);
  const from = (counts: Record<string, number>): number[] =>
    Array.from({length}, (_, i) => counts[String(first + i)] ?? 0);
  return {announced: from(announced), taken: from(taken)};
}
