import {
  connect,
  type Msg,
  type NatsConnection,
  type NodeConnectionOptions,
  type Subscription,
} from '@nats-io/transport-node';
import type {Clock, Timer} from '@parley/signaling';
import type {Logger} from '../../observability/logger.js';

export interface NatsLinkOptions {
  readonly connection: NodeConnectionOptions;
  /** What to listen to. Each message comes to one of the nodes that have the same `queue`. */
  readonly subjects: readonly string[];
  readonly queue: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Must not throw. */
  onMessage(subject: string, message: Msg): void;
}

/** Until the next attempt where there was no connection yet, or the server would not let the node listen. */
const againAfterMs = 1_000;

/**
 * A connection to NATS that is kept up for ever. The library comes back to a server that it lost, and listens again there;
 * this looks after the first connection, and after those that were ended.
 *
 * Nobody waits for it: `available` says how it stands.
 */
export class NatsLink {
  readonly #options: NatsLinkOptions;
  #connection: NatsConnection | undefined;
  #subscriptions: readonly Subscription[] = [];
  /** Why nothing comes; undefined while it does. */
  #away: string | undefined = 'it was not reached yet';
  #again: Timer | undefined;
  #isLeaving = false;

  constructor(options: NatsLinkOptions) {
    this.#options = options;
  }

  get available(): boolean {
    return this.#away === undefined;
  }

  /** The end of a sentence. */
  get unavailableReason(): string | undefined {
    return this.#away;
  }

  /** Resolves when the first attempt is over, whatever its outcome; never rejects. */
  async start(): Promise<void> {
    let connection: NatsConnection;
    try {
      connection = await connect(this.#options.connection);
    } catch (failure) {
      this.#isAway(reasonOf(failure));
      this.#tryAgain();
      return;
    }
    if (this.#isLeaving) {
      await connection.close();
      return;
    }
    this.#connection = connection;
    void this.#follow(connection);
    try {
      this.#subscriptions = this.#subscribe(connection);
      await connection.flush();
      this.#isBack(connection);
    } catch {
      // It has ended meanwhile, or was given up: whoever follows it tries again.
    }
  }

  #subscribe(connection: NatsConnection): readonly Subscription[] {
    const {subjects, queue} = this.#options;
    return subjects.map((subject) =>
      connection.subscribe(subject, {
        queue,
        callback: (refusal, message) => {
          if (refusal === null) this.#options.onMessage(subject, message);
          else this.#giveUp(connection, refusal);
        },
      }),
    );
  }

  /** Asks for nothing more. Resolves when NATS knows; what came until then was handed on. */
  async stopListening(): Promise<void> {
    this.#isLeaving = true;
    this.#again?.cancel();
    // Of a connection that is lost there is nothing to be asked for.
    if (!this.available) return;
    await Promise.allSettled(this.#subscriptions.map((subscription) => subscription.drain()));
  }

  /** Resolves when NATS has what was answered until now; at once if it is away. */
  async flush(): Promise<void> {
    if (this.available) await this.#connection?.flush().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isLeaving = true;
    this.#again?.cancel();
    await this.#connection?.close();
  }

  /** Until the connection is over for good. Never rejects. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#isLost(connection, 'the connection was lost');
      else if (status.type === 'reconnect') this.#isBack(connection);
    }
    const failure = await connection.closed();
    this.#isLost(connection, failure instanceof Error ? reasonOf(failure) : 'the connection was ended');
    this.#tryAgain();
  }

  /** The server does not let the node listen; perhaps somebody mends that. */
  #giveUp(connection: NatsConnection, refusal: Error): void {
    this.#isLost(connection, reasonOf(refusal));
    if (this.#connection === connection) this.#connection = undefined;
    connection.close().catch(() => undefined);
  }

  #tryAgain(): void {
    if (this.#isLeaving) return;
    this.#again = this.#options.clock.after(againAfterMs, () => {
      void this.start();
    });
  }

  /** Of one that was given up it is known why. */
  #isLost(connection: NatsConnection, reason: string): void {
    if (this.#connection === connection) this.#isAway(reason);
  }

  #isAway(reason: string): void {
    if (this.#isLeaving || this.#away === reason) return;
    this.#away = reason;
    this.#options.log.warn({reason}, 'NATS is away: nothing is taken from it until it is back');
  }

  #isBack(connection: NatsConnection): void {
    if (this.#away === undefined || this.#connection !== connection) return;
    this.#away = undefined;
    this.#options.log.info({server: connection.getServer()}, 'messages are taken from NATS');
  }
}

const reasonOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));
