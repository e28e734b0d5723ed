import {push as wire, type PayloadOf, type Position} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {Listen} from '../inbound.js';
import type {Push} from '../room/room-events.js';
import type {Ask} from '../session/requests.js';

/** Pushes that come together are acknowledged together. */
const acknowledgeAfterMs = 50;
/** As many as the server keeps for a user. */
const rememberedAtMost = 100;
/** As many as one request may name. */
const idsAtOnce = 100;

export interface PushesOptions {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly listen: Listen;
  readonly onPush: (push: Push) => void;
}

/**
 * Pushes that a backend stored for the user: those that arrived while the user was away come with the connection, others at
 * once. Each is told once by `parley.on('push', …)`, in order, and then acknowledged for this device.
 *
 * ```ts
 * parley.on('push', ({topic, data, at}) => notify(topic, data, at));
 * render(parley.pushes.recent);
 * ```
 *
 * A page that was closed between a push and its acknowledgement gets it again when it is back, with the same `id`.
 */
export class Pushes {
  readonly #options: PushesOptions;
  #recent: readonly Push[] = [];
  /** Up to where the pushes have been told. */
  #told: Position | undefined;
  #acknowledged: Position | undefined;
  /** Pushes to connected sessions only that want to be acknowledged. */
  #ids: readonly string[] = [];
  #timer: Timer | undefined;
  #asking = false;

  constructor(options: PushesOptions) {
    this.#options = options;
    options.listen(wire.inbox, (received) => {
      this.#receive(received);
    });
    options.listen(wire.received, ({id, ack}) => {
      if (ack !== true) return;
      this.#ids = [...this.#ids, id].slice(-idsAtOnce);
      this.#acknowledgeSoon();
    });
  }

  /** Those that arrived in the life of this client, the newest last: for who listens late. 100 at most. */
  get recent(): readonly Push[] {
    return this.#recent;
  }

  /** A connection stands: what could not be acknowledged is now. */
  connected(): void {
    this.#acknowledgeSoon();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #receive({id, topic, data, at, epoch, offset, expiresAt, collapseKey}: PayloadOf<typeof wire.inbox>): void {
    const isKnown = this.#told?.epoch === epoch && offset <= this.#told.offset;
    if (!isKnown) {
      this.#told = {epoch, offset};
      const push: Push = {
        id,
        topic,
        data,
        at,
        epoch,
        offset,
        expiresAt,
        ...(collapseKey !== undefined && {collapseKey}),
      };
      this.#recent = [...this.#recent, push].slice(-rememberedAtMost);
      this.#options.onPush(push);
    } else if (this.#acknowledged?.epoch === epoch && offset <= this.#acknowledged.offset) {
      // The server had not heard it after all.
      this.#acknowledged = undefined;
    }
    this.#acknowledgeSoon();
  }

  #acknowledgeSoon(): void {
    if (this.#timer !== undefined || this.#asking || !this.#isOwed) return;
    this.#timer = this.#options.clock.after(acknowledgeAfterMs, () => {
      this.#timer = undefined;
      void this.#acknowledge();
    });
  }

  get #isOwed(): boolean {
    return this.#ids.length > 0 || this.#isPlaceOwed;
  }

  get #isPlaceOwed(): boolean {
    const [told, acknowledged] = [this.#told, this.#acknowledged];
    return told !== undefined && (told.epoch !== acknowledged?.epoch || told.offset > acknowledged.offset);
  }

  async #acknowledge(): Promise<void> {
    const upTo = this.#isPlaceOwed ? this.#told : undefined;
    const ids = this.#ids;
    this.#ids = [];
    const asked = {...(upTo && {upTo}), ...(ids.length > 0 && {ids: [...ids]})};
    this.#asking = true;
    const done = await this.#options.ask(wire.ack, asked, {repeatable: true}).then(
      () => true,
      () => false,
    );
    this.#asking = false;
    // Refused or unanswered: the next push or the next connection tries again, and nothing is lost by it.
    if (!done) return;
    if (upTo) this.#acknowledged = upTo;
    this.#acknowledgeSoon();
  }
}
