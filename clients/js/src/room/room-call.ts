import {ParleyError, type CallRight} from '@parley/protocol';
import type {ActiveCall} from '../call/active-call.js';
import type {Call, CallOptions} from '../call/call.js';
import {CallPeople} from '../call/people.js';
import type {CallPort} from '../call/port.js';

/** The call of a room. The code for calls is loaded with the first `join`, so that those who only chat do without it. */
export class RoomCall {
  /** What is done to the people of the call: hands, reactions, and moderation. */
  readonly people: CallPeople;
  readonly #port: CallPort;
  #current: ActiveCall | 'joining' | undefined;

  constructor(port: CallPort) {
    this.#port = port;
    this.people = new CallPeople(port);
  }

  /** The call that this client is in, if it is. */
  get current(): Call | undefined {
    return this.#active;
  }

  get #active(): ActiveCall | undefined {
    const current = this.#current;
    return typeof current === 'object' && current.state.status !== 'ended' ? current : undefined;
  }

  /**
   * Joins the room's call, beginning it if there is none, and publishes what is asked for.
   *
   * ```ts
   * const call = await room.call.join({microphone: true, camera: {width: 1280}});
   * call.on('track', ({source, track}) => attach(source, track));
   * ```
   * @throws ParleyError `calls_unavailable`, `call_full`, `not_joined`, `forbidden` (see `room.rights.call`), `conflict` if this client is in it
   *   already, `call_denied` and `call_locked` if it is not let in, `overloaded` if no media worker can take one more (see
   *   `onPostponed`); the browser's own error (`NotAllowedError`, `NotFoundError`, …) if a device cannot be had: then nothing was joined.
   */
  async join(options: CallOptions = {}): Promise<Call> {
    if (this.#current === 'joining' || this.current) {
      throw new ParleyError('conflict', {message: 'This client is in the call already.'});
    }
    this.#current = 'joining';
    try {
      const {startCall} = await import('../call/start-call.js');
      const call = await startCall(this.#port, options);
      this.#current = call;
      return call;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  /** What may be done in the call from now on: what may not be published any more ends. */
  limit(rights: readonly CallRight[]): void {
    this.#active?.limit(rights);
  }

  /** Leaves the call, if this client is in it. */
  async leave(): Promise<void> {
    await this.current?.leave();
  }
}
