import type {WebhookReceiver} from './receiver.js';

const everyMs = 1_000;

/** How much waits for each receiver, noted every second until it is disposed of. */
export class Backlogs implements Disposable {
  readonly series: Readonly<Record<string, number[]>>;
  readonly #timer: NodeJS.Timeout;

  constructor(pushed: readonly unknown[], receivers: readonly WebhookReceiver[]) {
    const noted = receivers.map((receiver) => ({receiver, counts: [] as number[]}));
    this.series = Object.fromEntries(noted.map(({receiver, counts}) => [receiver.name, counts]));
    this.#timer = setInterval(() => {
      for (const {receiver, counts} of noted) counts.push(Math.max(0, pushed.length - receiver.ledger.size));
    }, everyMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
