import {call as definitions, ParleyError, people} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallPort} from './port.js';
import type {Postponement} from './postponed.js';

/** What an application may do about having to wait. */
export interface Patience {
  /** Called once, when the wait begins. */
  readonly onWaiting?: (() => void) | undefined;
  /** Called each time when the call cannot take one more and says when it may: then it is asked again. */
  readonly onPostponed?: ((postponement: Postponement) => void) | undefined;
  /** Ends the wait, for whichever of the two. */
  readonly signal?: AbortSignal | undefined;
}

const againMs = 1_000;

/**
 * Knocks and waits until somebody lets the session in; over resumes, and over the loss of the node that runs the call.
 * Rejects with the reason why it is not let in.
 */
export function waitToBeLetIn(port: CallPort, {onWaiting, signal}: Patience): Promise<void> {
  const {room, ask, listen, clock, onConnection} = port;
  return new Promise((resolve, reject) => {
    let over = false;
    let waits = false;
    const subscriptions: Unsubscribe[] = [];
    const end = (error?: unknown): void => {
      if (over) return;
      over = true;
      for (const unsubscribe of subscriptions) unsubscribe();
      signal?.removeEventListener('abort', abort);
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('knocking failed', {cause: error}));
    };
    const knock = async (): Promise<void> => {
      if (over) return;
      try {
        const {admitted} = await ask(people.knock, {room}, {repeatable: true});
        if (admitted) end();
        else if (!waits) {
          waits = true;
          onWaiting?.();
        }
      } catch (error) {
        // The room is joined anew after the loss of a session; what is retryable is tried again by itself.
        const isPassing = error instanceof ParleyError && (error.retryable || error.code === 'not_joined');
        if (isPassing) clock.after(againMs, () => void knock());
        else end(error);
      }
    };
    const abort = (): void => {
      // The server's side ends with the session at the latest.
      ask(definitions.leave, {room}, {repeatable: true}).catch(() => undefined);
      end(new ParleyError('not_in_call', {message: 'The wait was ended.'}));
    };
    subscriptions.push(
      listen(people.admitted, (told) => {
        if (told.room === room) end();
      }),
      listen(definitions.closed, ({room: where, reason}) => {
        if (where !== room) return;
        if (reason === 'lost' || reason === 'moved') void knock();
        else if (reason === 'denied') end(new ParleyError('call_denied'));
        else end(new ParleyError('not_in_call', {message: 'The call is over.'}));
      }),
      onConnection((change) => {
        if (change.up) void knock();
        else if (change.closed) end(new ParleyError('unavailable', {message: 'The client was closed.'}));
      }),
    );
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    else void knock();
  });
}
