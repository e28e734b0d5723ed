import {WebhookReceiver, type Manner} from './receiver.js';

/** So soon what the wrong receiver refuses is given up. */
const wrongRetryForMs = 500;

/** Four receivers, one of which stays good. */
export class Cast implements AsyncDisposable {
  readonly healthy: WebhookReceiver;
  readonly all: readonly WebhookReceiver[];
  /** The value of `PARLEY_WEBHOOKS`. */
  readonly setting: string;
  readonly #bad: readonly (readonly [WebhookReceiver, Manner])[];

  private constructor(
    [healthy, down, slow, wrong]: readonly [WebhookReceiver, WebhookReceiver, WebhookReceiver, WebhookReceiver],
    slowMs: number,
  ) {
    this.healthy = healthy;
    this.all = [healthy, down, slow, wrong];
    this.setting = JSON.stringify([
      ...[healthy, down, slow].map((one) => one.setting({})),
      wrong.setting({retryForMs: wrongRetryForMs}),
    ]);
    this.#bad = [
      [down, {kind: 'down'}],
      [slow, {kind: 'slow', afterMs: slowMs}],
      [wrong, {kind: 'wrong'}],
    ];
  }

  /** All are good. */
  static async open({slowMs}: {readonly slowMs: number}): Promise<Cast> {
    const open = (name: string): Promise<WebhookReceiver> => WebhookReceiver.open(name);
    return new Cast([await open('healthy'), await open('down'), await open('slow'), await open('wrong')], slowMs);
  }

  async turnBad(): Promise<void> {
    for (const [receiver, manner] of this.#bad) await receiver.behave(manner);
  }

  async turnGood(): Promise<void> {
    for (const [receiver] of this.#bad) await receiver.behave({kind: 'good'});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const receiver of this.all) await receiver.close();
  }
}
