import type {handleUnaryCall} from '@grpc/grpc-js';
import type {Door} from './door.js';
import type {GrpcVerb} from './grpc-verbs.js';
import {isFields, toMessage, type Fields} from './shapes.js';

/** A verb with one message in and one out. */
export function unary(door: Door, verb: GrpcVerb): handleUnaryCall<unknown, Fields> {
  return (call, callback) => {
    const name = `${verb.service}/${verb.method}`;
    void door
      .open(name, call, (visitor) => door.perform(verb, call.request, visitor))
      .then((outcome) => {
        if ('refusal' in outcome) callback(outcome.refusal);
        else callback(null, isFields(outcome.answer) ? toMessage(outcome.answer) : {});
      });
  };
}
