import {ParleyError} from '@parley/protocol';
import {mostNoteBytes} from '../ports.js';
import type {PushRequest} from '../pushes.js';
import {noticeBytes} from './notices.js';

const refuse = (field: string, message: string): never => {
  throw new ParleyError('invalid_payload', {field, message});
};

/** The field that says that a push is to be sent later, if it is. */
export const laterField = ({sendAt, delayMs}: PushRequest): 'sendAt' | 'delayMs' | undefined =>
  sendAt !== undefined ? 'sendAt' : delayMs !== undefined ? 'delayMs' : undefined;

/** Throws `invalid_payload`, with the field, where what is asked for does not go together. */
export function refuseContradictions(request: PushRequest): void {
  const {target, except, topic, data, store, ttlMs, collapseKey, ack, notify, priority, sendAt, delayMs} = request;
  if (store && ('session' in target || 'all' in target)) {
    refuse('store', 'only a push to a room, a user or a group can be stored');
  }
  if (notify !== undefined) {
    if (!('user' in target || 'group' in target)) refuse('notify', 'only a user or a group can be notified');
    const bytes = noticeBytes({topic, data, collapseKey, notify});
    if (bytes > mostNoteBytes) refuse('notify', `takes ${bytes} bytes; push services take ${mostNoteBytes}`);
  }
  if (priority !== undefined && notify === undefined) refuse('priority', 'only of a push that browsers show');
  const isForUsers = store && !('room' in target);
  const lasts = isForUsers || notify !== undefined;
  if (ttlMs !== undefined && !lasts)
    refuse('ttlMs', 'only of a push that is stored for users, or shown by their browsers');
  if (collapseKey !== undefined && !lasts)
    refuse('collapseKey', 'only of a push that is stored for users, or shown by their browsers');
  if (ack === true && store && 'room' in target) refuse('ack', 'a room’s feed is not acknowledged');
  if (sendAt !== undefined && delayMs !== undefined) refuse('delayMs', 'either sendAt or delayMs');
  if (except === undefined) return;
  if ('user' in target || 'session' in target) refuse('except', 'nobody can be left out of a user or a session');
  if (store && 'room' in target) refuse('except', 'a room’s feed is everybody’s: nobody can be left out of it');
  if (isForUsers && except.sessions !== undefined) {
    refuse('except.sessions', 'what is stored for users is for all their devices: leave out users');
  }
}
