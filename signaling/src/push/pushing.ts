import type {PushOutcome, PushReport, PushRequest} from '../pushes.js';
import {laterField, refuseContradictions} from './contradictions.js';
import type {Once} from './once.js';
import {printOf} from './print.js';
import type {Scheduling} from './scheduling.js';
import type {Sending} from './sending.js';

export interface PushingOptions {
  readonly sending: Sending;
  readonly scheduling: Scheduling;
  readonly once: Once;
}

/** Pushes as they are asked for: once per key, now or later. */
export class Pushing {
  readonly #options: PushingOptions;

  constructor(options: PushingOptions) {
    this.#options = options;
  }

  async push(request: PushRequest): Promise<PushReport> {
    refuseContradictions(request);
    const {sending, scheduling, once} = this.#options;
    const deed = (): Promise<Omit<PushReport, 'repeated'>> =>
      laterField(request) === undefined ? sending.send(request) : scheduling.schedule(request);
    if (request.key === undefined) return {...(await deed()), repeated: false};
    const {answer, repeated} = await once.run(`push/${request.key}`, printOf(request), deed);
    return {...answer, repeated};
  }

  outcome(id: string): Promise<PushOutcome> {
    return this.#options.sending.outcome(id);
  }
}
