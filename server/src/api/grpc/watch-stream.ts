import {once} from 'node:events';
import type {handleServerStreamingCall, ServerWritableStream} from '@grpc/grpc-js';
import {ParleyError} from '@parley/protocol';
import type {Watch} from '@parley/signaling';
import type {WatchDesk} from '../watch/watch-desk.js';
import {refusalOf} from './decoding.js';
import type {Door} from './door.js';
import {isFields, toMessage, type Fields} from './shapes.js';

type Call = ServerWritableStream<unknown, Fields>;

/** A watch as a stream of messages. One that the server ends says why by its status. */
export function watchStream(door: Door, desk: WatchDesk): handleServerStreamingCall<unknown, Fields> {
  return (call) => {
    void door
      .open('WatchService/Watch', call, async ({caller, authorization}) => {
        const {request} = call;
        if (!isFields(request)) throw new ParleyError('invalid_payload');
        const refusal = refusalOf(request);
        if (refusal !== undefined) throw refusal;
        await write(await desk.open({caller, authorization, input: request}), call);
      })
      .then((outcome) => {
        if ('refusal' in outcome) call.emit('error', outcome.refusal);
        else call.end();
      });
  };
}

async function write(opened: Watch, call: Call): Promise<void> {
  const given = new AbortController();
  // Also when its deadline is over.
  const giveUp = (): void => {
    given.abort();
    opened.end();
  };
  call.once('cancelled', giveUp);
  try {
    if (call.cancelled) return;
    for await (const news of opened) {
      if (call.write(toMessage({...news}))) continue;
      await once(call, 'drain', {signal: given.signal});
    }
  } catch (thrown) {
    if (!given.signal.aborted) throw thrown;
  } finally {
    call.removeListener('cancelled', giveUp);
    opened.end();
  }
}
