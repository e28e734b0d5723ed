import {ParleyError} from '@parley/protocol';
import {mostNoteBytes} from '../ports.js';
import type {PushRequest} from '../pushes.js';
import {noticeBytes} from './notices.js';

const refuse = (field: string, message: string): never => {
  throw new ParleyError('invalid_payload', {field, message});
};

/** Throws `invalid_payload`, with the field, where what is asked for does not go together. */
export function refuseContradictions({
  target,
  except,
  store,
  ttlMs,
  collapseKey,
  ack,
  notify,
  ...rest
}: PushRequest): void {
  if (store && ('session' in target || 'all' in target)) {
    refuse('store', 'only a push to a room, a user or a group can be stored');
  }
  if (notify !== undefined) {
    if (!('user' in target || 'group' in target)) refuse('notify', 'only a user or a group can be notified');
    const bytes = noticeBytes({...rest, collapseKey, notify});
    if (bytes > mostNoteBytes) refuse('notify', `takes ${bytes} bytes; push services take ${mostNoteBytes}`);
  }
  const isForUsers = store && !('room' in target);
  const lasts = isForUsers || notify !== undefined;
  if (ttlMs !== undefined && !lasts)
    refuse('ttlMs', 'only of a push that is stored for users, or shown by their browsers');
  if (collapseKey !== undefined && !lasts)
    refuse('collapseKey', 'only of a push that is stored for users, or shown by their browsers');
  if (ack === true && store && 'room' in target) refuse('ack', 'a room’s feed is not acknowledged');
  if (except === undefined) return;
  if ('user' in target || 'session' in target) refuse('except', 'nobody can be left out of a user or a session');
  if (store && 'room' in target) refuse('except', 'a room’s feed is everybody’s: nobody can be left out of it');
  if (isForUsers && except.sessions !== undefined) {
    refuse('except.sessions', 'what is stored for users is for all their devices: leave out users');
  }
}
