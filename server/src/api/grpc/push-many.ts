import type {handleClientStreamingCall, ServerReadableStream} from '@grpc/grpc-js';
import {ParleyError, toWireError} from '@parley/protocol';
import {Lanes, pause} from '@parley/signaling';
import {sendPush} from '../verbs/push.js';
import type {Visitor} from '../visitor.js';
import type {Door} from './door.js';
import {isFields, type Fields} from './shapes.js';
import {Tally} from './tally.js';

const push = {verb: sendPush, service: 'PushService', method: 'Push'};

/** Pushes of one stream that are under way at a time; the client is not read from while there are as many. */
const mostUnderWay = 64;

/**
 * Any number of pushes by one stream. Those to one target are done in their order, those to several beside each other;
 * one that is refused does not hold up the rest. Whoever is above their rate is not read from until they are not.
 */
export function pushMany(door: Door): handleClientStreamingCall<unknown, Fields> {
  return (call, callback) => {
    void door
      .open('PushService/PushMany', call, (visitor) => pushAll(door, call, visitor))
      .then((outcome) => {
        if ('refusal' in outcome) callback(outcome.refusal);
        else callback(null, outcome.answer);
      });
  };
}

async function pushAll(door: Door, call: ServerReadableStream<unknown, Fields>, visitor: Visitor): Promise<Fields> {
  const tally = new Tally();
  const lanes = new Lanes();
  const underWay = new Set<Promise<void>>();
  let oneIsDone = (): void => undefined;
  let index = 0;
  try {
    for await (const message of call as AsyncIterable<unknown>) {
      if (index > 0) await paced(door, visitor);
      const at = index;
      index += 1;
      const target = JSON.stringify([isFields(message) ? message['target'] : undefined]);
      const done = lanes
        .add(target, async () => {
          tally.done(await door.perform(push, message, visitor));
        })
        .catch((thrown: unknown) => {
          tally.refused(at, toWireError(thrown));
        })
        .finally(() => {
          underWay.delete(done);
          oneIsDone();
        });
      underWay.add(done);
      if (underWay.size >= mostUnderWay) {
        await new Promise<void>((resolve) => {
          oneIsDone = resolve;
        });
      }
    }
  } catch (thrown) {
    // A stream that its client gave up, or whose deadline is over, ends by throwing.
    if (!call.cancelled) throw thrown;
  }
  await Promise.all(underWay);
  if (call.cancelled) throw new ParleyError('timeout', {message: 'The stream was given up before its end.'});
  return tally.report();
}

/** Each message is a request; the first was counted when the call came in. */
async function paced({gate, clock}: Door, {caller}: Visitor): Promise<void> {
  for (let waitMs = gate.pace(caller); waitMs > 0; waitMs = gate.pace(caller)) {
    await pause(clock, waitMs);
  }
}
