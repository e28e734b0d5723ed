import {headers, type Msg} from '@nats-io/transport-node';
import {LimitReached, toWireError} from '@parley/protocol';
import {Lanes, type Clock, type Ids} from '@parley/signaling';
import type {NatsConfig} from '../../config/nats-config.js';
import {logThrown, type Logger} from '../../observability/logger.js';
import type {NatsObserver} from '../../observability/nats-observer.js';
import type {Gate} from '../access/gate.js';
import {correlationHeader, correlationId} from '../correlation.js';
import {perform} from '../perform.js';
import {toProblem} from '../problem.js';
import type {House} from '../verbs/house.js';
import type {VerbObserver} from '../visitor.js';
import {NatsLink} from './nats-link.js';
import {natsOptions} from './nats-options.js';
import {natsNames, natsVerbs, readNatsMessage, type NatsRequest, type NatsVerb} from './nats-request.js';

export interface NatsDoorOptions {
  readonly config: NatsConfig;
  readonly gate: Gate;
  readonly house: House;
  readonly observer: NatsObserver;
  readonly verbs: VerbObserver;
  readonly log: Logger;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Largest push. */
  readonly bodyBytes: number;
  /** Largest batch. */
  readonly batchBytes: number;
}

/** Of all messages that are under way together. */
const mostBytes = 64 * 1_024 * 1_024;
/** What is under way is done in this time if the store answers at all. */
const fullForMs = 1_000;
const closeGraceMs = 5_000;
/** All who come without a good key are counted as one: NATS does not say from where they come. */
const strangers = 'nats';
/** Of refusals that nobody else hears of, one of each code is a warning in this time. */
const warnEveryMs = 10_000;
const codeHeader = 'Parley-Code';
const requestIdHeader = 'X-Request-Id';

/**
 * The door for backends that speak NATS: `<prefix>.push`, `<prefix>.publish` and `<prefix>.batch`, with the bodies of HTTP. One node of the
 * cluster takes each message. What was not taken is not kept by anybody: NATS tells who asked for an answer.
 */
export class NatsDoor {
  readonly #options: NatsDoorOptions;
  readonly #link: NatsLink;
  readonly #lanes = new Lanes();
  readonly #underWay = new Set<Promise<void>>();
  readonly #warnedAt = new Map<string, number>();
  #bytes = 0;
  #drained: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /** @throws {ConfigError} if a file of credentials or certificates cannot be read */
  constructor(options: NatsDoorOptions) {
    this.#options = options;
    const {config, house, clock, log} = options;
    const {prefix} = config;
    const names = new Map(natsNames.map((name) => [`${prefix}.${name}`, name]));
    this.#link = new NatsLink({
      connection: natsOptions(config, `parley ${house.facts.node}`),
      subjects: [...names.keys()],
      queue: prefix,
      clock,
      log,
      onMessage: (subject, message) => {
        const name = names.get(subject);
        if (name !== undefined) this.#take(name, message);
      },
    });
  }

  /** Whether messages come. */
  get available(): boolean {
    return this.#link.available;
  }

  get unavailableReason(): string | undefined {
    return this.#link.unavailableReason;
  }

  /** Begins to look for a server, for ever; nothing waits for it. */
  open(): void {
    void this.#link.start();
  }

  /** Takes nothing more from now on; other nodes get it. What was begun goes on. Idempotent. */
  drain(): void {
    this.#drained ??= this.#link.stopListening();
  }

  /** Finishes what was begun, for 5 s at most, and ends the connection. Idempotent. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.drain();
    const {clock} = this.#options;
    const finished = (async () => {
      await this.#drained;
      while (this.#underWay.size > 0) await Promise.all(this.#underWay);
      await this.#link.flush();
    })();
    let patience: {cancel(): void} | undefined;
    const enough = new Promise<void>((resolve) => {
      patience = clock.after(closeGraceMs, resolve);
    });
    await Promise.race([finished, enough]);
    patience?.cancel();
    await this.#link.close();
  }

  /** In the order of arrival: what decides upon the order of doing must not be awaited before. */
  #take(name: NatsVerb, message: Msg): void {
    const {config, clock, bodyBytes, batchBytes} = this.#options;
    const arrivedAt = clock.now();
    const size = message.data.length;
    const request = readNatsMessage(name, message, name === 'batch' ? batchBytes : bodyBytes);
    if (this.#underWay.size >= config.messages || this.#bytes + size > mostBytes) {
      const full = new LimitReached('messages_in_flight', {retryAfterMs: fullForMs});
      void this.#serve(request, message, arrivedAt, () => Promise.reject(full));
      return;
    }
    const serve = (): Promise<void> => this.#serve(request, message, arrivedAt, (own) => this.#do(request, own));
    this.#bytes += size;
    const done = (request.lane === undefined ? serve() : this.#lanes.add(request.lane, serve)).finally(() => {
      this.#bytes -= size;
      this.#underWay.delete(done);
    });
    this.#underWay.add(done);
  }

  /** Never rejects: what is thrown is logged, and answered if an answer is wanted. */
  async #serve(
    request: NatsRequest,
    message: Msg,
    arrivedAt: number,
    deed: (log: Logger) => Promise<unknown>,
  ): Promise<void> {
    const {observer, verbs, log, ids, clock} = this.#options;
    const id = correlationId(request.header(correlationHeader), ids);
    const replyWanted = message.reply !== undefined && message.reply !== '';
    const own = log.child({correlationId: id, door: 'nats'});
    let code = 'ok';
    let answer: unknown;
    try {
      answer = await deed(own);
    } catch (thrown) {
      ({code} = toWireError(thrown));
      if (thrown instanceof LimitReached) verbs.limitReached(thrown.limit);
      logThrown(own, thrown, 'a message from NATS was not served', {verb: request.name, replyWanted});
      if (!replyWanted) this.#warn(own, request.name, code);
      answer = toProblem(thrown, id);
    }
    if (replyWanted) reply(message, {id, code, answer}, own);
    observer.answered(request.name, code, replyWanted, clock.now() - arrivedAt);
  }

  async #do(request: NatsRequest, log: Logger): Promise<unknown> {
    const {gate, verbs, house} = this.#options;
    const caller = await gate.admit(request.header('authorization'), strangers);
    const own = log.child({caller: caller.name});
    const ask = {caller, gate, observer: verbs, log: own, verb: natsVerbs[request.name], names: {}};
    return perform({...ask, input: request.input()}, house);
  }

  #warn(log: Logger, verb: NatsVerb, code: string): void {
    const now = this.#options.clock.now();
    if (now - (this.#warnedAt.get(code) ?? -Infinity) < warnEveryMs) return;
    this.#warnedAt.set(code, now);
    log.warn({verb, code}, 'a message from NATS was refused, and wants no answer: nobody is told');
  }
}

interface Answer {
  readonly id: string;
  readonly code: string;
  readonly answer: unknown;
}

function reply(message: Msg, {id, code, answer}: Answer, log: Logger): void {
  const told = headers();
  told.set(requestIdHeader, id);
  if (code !== 'ok') told.set(codeHeader, code);
  try {
    message.respond(JSON.stringify(answer), {headers: told});
  } catch (failure) {
    // It is done; who waits will ask again, with the same key if they are wise.
    log.warn({err: failure}, 'an answer could not be given to NATS');
  }
}
