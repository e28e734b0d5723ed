/** Something of the run with its time; `to` is undefined while it lasts, and the same as `from` if it took no time. */
export interface Happening {
  readonly what: string;
  readonly from: number;
  to: number | undefined;
}

/** What was done to the cluster and when, for whoever watches and whoever looks for causes. Times are as in logs. */
export class Chronicle {
  readonly begunAt = Date.now();
  readonly happenings: Happening[] = [];
  readonly #onLine: (line: string) => void;

  /** @param onLine every happening as it begins */
  constructor(onLine: (line: string) => void = () => undefined) {
    this.#onLine = onLine;
  }

  note(what: string): void {
    this.happenings.push({what, from: Date.now(), to: Date.now()});
    this.#onLine(`${this.clock()}  ${what}`);
  }

  /** Lasts until the returned function is called. */
  begins(what: string): () => void {
    const happening: Happening = {what, from: Date.now(), to: undefined};
    this.happenings.push(happening);
    this.#onLine(`${this.clock()}  ${what}`);
    return () => {
      happening.to = Date.now();
    };
  }

  /** What lasts at the moment. */
  get present(): readonly string[] {
    return this.happenings.filter(({to}) => to === undefined).map(({what}) => what);
  }

  /** Those that lasted or happened between the two times. */
  between(from: number, to: number): readonly Happening[] {
    return this.happenings.filter((one) => one.from <= to && (one.to ?? Infinity) >= from);
  }

  /** Seconds since the beginning, for eyes. */
  clock(at = Date.now()): string {
    return `${((at - this.begunAt) / 1_000).toFixed(1).padStart(7)} s`;
  }
}
