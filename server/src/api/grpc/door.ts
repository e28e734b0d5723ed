import {Metadata, type ServerErrorResponse} from '@grpc/grpc-js';
import {LimitReached, ParleyError, toWireError} from '@parley/protocol';
import type {Clock, Ids} from '@parley/signaling';
import type {GrpcObserver} from '../../observability/grpc-observer.js';
import {logThrown, type Logger} from '../../observability/logger.js';
import type {Gate} from '../access/gate.js';
import {correlationId} from '../correlation.js';
import {perform} from '../perform.js';
import type {House} from '../verbs/house.js';
import {parted} from '../verbs/verb.js';
import type {VerbObserver, Visitor} from '../visitor.js';
import {refusalOf} from './decoding.js';
import type {GrpcVerb} from './grpc-verbs.js';
import {fromMessage, isFields} from './shapes.js';
import {correlationKey, toStatus} from './status.js';

export interface DoorOptions {
  readonly gate: Gate;
  readonly house: House;
  readonly observer: GrpcObserver;
  readonly verbs: VerbObserver;
  readonly log: Logger;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** What every kind of call has that a handler is given. */
export interface Visit {
  readonly metadata: Metadata;
  /** Also when its deadline is over. */
  readonly cancelled: boolean;
  getPeer(): string;
  sendMetadata(metadata: Metadata): void;
}

/** Somebody who was let in, for one call. */
export interface CallVisitor extends Visitor {
  /** What they presented. */
  readonly authorization: string | undefined;
}

/** What became of a call. */
export type Outcome<T> = {readonly answer: T} | {readonly refusal: ServerErrorResponse};

/** What all calls of `parley.v1` have in common: who comes in, in which words they are refused, what is counted and logged. */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  get gate(): Gate {
    return this.#options.gate;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /**
   * Runs a call for whoever presents a good key. The correlation id, the caller's own or a new one, goes out with the
   * first metadata.
   *
   * Never rejects: what is thrown is logged, and a status to answer with.
   */
  async open<T>(method: string, call: Visit, run: (visitor: CallVisitor) => Promise<T>): Promise<Outcome<T>> {
    const {gate, observer, verbs, log, ids, clock} = this.#options;
    const startedAt = clock.now();
    const [presented] = call.metadata.get(correlationKey);
    const id = correlationId(typeof presented === 'string' ? presented : undefined, ids);
    const answer = new Metadata();
    answer.set(correlationKey, id);
    call.sendMetadata(answer);
    let own = log.child({correlationId: id, method});
    let code = 'ok';
    try {
      const [given] = call.metadata.get('authorization');
      const authorization = typeof given === 'string' ? given : undefined;
      const caller = await gate.admit(authorization, addressOf(call));
      own = own.child({caller: caller.name});
      // Nobody waits for the answer any more: nothing is begun.
      if (call.cancelled) throw new ParleyError('timeout');
      return {answer: await run({caller, authorization, gate, observer: verbs, log: own})};
    } catch (thrown) {
      ({code} = toWireError(thrown));
      if (thrown instanceof LimitReached) verbs.limitReached(thrown.limit);
      logThrown(own, thrown, 'a gRPC call was not served');
      return {refusal: toStatus(thrown, id)};
    } finally {
      observer.answered(method, code, clock.now() - startedAt);
    }
  }

  /** Does a verb with the fields of a message. Rejects with a ParleyError, or with a defect of ours. */
  perform({verb, shape}: GrpcVerb, message: unknown, visitor: Visitor): Promise<unknown> {
    try {
      if (!isFields(message)) throw new ParleyError('invalid_payload');
      const refusal = refusalOf(message);
      if (refusal !== undefined) throw refusal;
      const fields = fromMessage(message);
      const asked = parted(verb, shape === undefined ? fields : shape(fields));
      return perform({...visitor, verb, ...asked}, this.#options.house);
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }
}

/** The peer's address without its port: one who guesses keys has many ports. */
const addressOf = (call: Visit): string => call.getPeer().replace(/:\d+$/, '');
