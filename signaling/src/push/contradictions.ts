import {ParleyError} from '@parley/protocol';
import type {PushRequest} from '../pushes.js';

const refuse = (field: string, message: string): never => {
  throw new ParleyError('invalid_payload', {field, message});
};

/** Throws `invalid_payload`, with the field, where what is asked for does not go together. */
export function refuseContradictions({target, except, store}: PushRequest): void {
  if (store && !('room' in target)) refuse('store', 'only a push to a room can be stored');
  if (except === undefined) return;
  if ('user' in target || 'session' in target) refuse('except', 'nobody can be left out of a user or a session');
  if (store) refuse('except', 'a room’s feed is everybody’s: nobody can be left out of a push that is stored in it');
}
