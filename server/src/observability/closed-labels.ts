import {Counter, Histogram, type Registry} from 'prom-client';

/** Each label of a metric with every value that it can have. */
type LabelSets = Readonly<Record<string, readonly string[]>>;
/** Wider than the sets: who counts need not know them, and what is not in its set is counted as `other`. */
type LabelsOf<L extends LabelSets> = {readonly [Name in keyof L]: string};

interface Declaration<L extends LabelSets> {
  readonly name: string;
  readonly help: string;
  readonly labels: L;
}

/** What a value outside its set is counted as: nobody's input makes a new time series. */
const elsewhere = 'other';

/** Up to this many series are exported as zero from the start, so that the first increase of each is seen as one. */
const announcedSeries = 64;

/** A counter whose labels come from closed sets, whatever it is fed with. */
export class ClosedCounter<const L extends LabelSets> {
  readonly #counter: Counter;
  readonly #sets: Closed;

  constructor(registry: Registry, {name, help, labels}: Declaration<L>) {
    this.#counter = new Counter({name, help, labelNames: Object.keys(labels), registers: [registry]});
    this.#sets = closed(labels);
    const all = combinations(labels);
    if (all.length <= announcedSeries) for (const values of all) this.#counter.inc(values, 0);
  }

  add(labels: LabelsOf<L>, amount = 1): void {
    this.#counter.inc(within(this.#sets, labels), amount);
  }
}

/** A histogram of durations whose labels come from closed sets. Fed in milliseconds, exported in seconds. */
export class ClosedDurations<const L extends LabelSets> {
  readonly #histogram: Histogram;
  readonly #sets: Closed;

  constructor(registry: Registry, {name, help, labels, bucketsMs}: Declaration<L> & {bucketsMs: readonly number[]}) {
    const buckets = bucketsMs.map((boundMs) => boundMs / 1_000);
    this.#histogram = new Histogram({name, help, labelNames: Object.keys(labels), buckets, registers: [registry]});
    this.#sets = closed(labels);
  }

  observe(labels: LabelsOf<L>, durationMs: number): void {
    this.#histogram.observe(within(this.#sets, labels), durationMs / 1_000);
  }
}

/** Each label with its set, to be looked into for every event that is counted. */
type Closed = readonly (readonly [name: string, set: ReadonlySet<string>])[];

const closed = (sets: LabelSets): Closed => Object.entries(sets).map(([name, set]) => [name, new Set(set)] as const);

function within(sets: Closed, labels: Readonly<Record<string, string>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, set] of sets) {
    const value = labels[name];
    values[name] = value !== undefined && set.has(value) ? value : elsewhere;
  }
  return values;
}

function combinations(sets: LabelSets): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(sets)) {
    all = all.flatMap((labels) => values.map((value) => ({...labels, [name]: value})));
  }
  return all;
}
