import type {CloseReason} from './close-codes.js';
import {ParleyError, type ErrorCode} from './errors.js';

/**
 * What happens to whoever passes a limit.
 *
 * `code` is the refusal's; `close` ends the connection instead, with that reason. `text` is a plain sentence for a
 * person, because that is who ends up reading it.
 */
interface LimitSpec {
  readonly code?: ErrorCode;
  readonly close?: CloseReason;
  readonly text: string;
}

/** Every limit that input of a client can reach: the metric's label, its code and its sentence in one place. */
export const limitCatalogue = {
  session_requests: {code: 'rate_limited', text: 'This connection sends too many requests.'},
  user_requests: {code: 'rate_limited', text: 'This user sends too many requests, all devices together.'},
  requests_in_flight: {code: 'rate_limited', text: 'Too many requests of this connection wait for their answers.'},
  request_abuse: {close: 'protocol_error', text: 'Too many requests were sent in spite of refusals.'},
  invalid_requests: {close: 'protocol_error', text: 'Too many requests were malformed or unknown.'},
  slow_mode: {code: 'rate_limited', text: 'This room is in slow mode.'},
  room_messages: {code: 'rate_limited', text: 'Too much is being said in this room at once.'},
  rooms_per_session: {code: 'too_many_rooms', text: 'This session is in its maximum of rooms.'},
  rooms_per_user: {code: 'too_many_rooms', text: 'This user is in their maximum of rooms.'},
  members_per_room: {code: 'room_full', text: 'The room has its maximum of members.'},
  room_creations: {code: 'rate_limited', text: 'This user has created too many rooms within an hour.'},
  rooms: {code: 'too_many_rooms', text: 'There is no place for another room.'},
  groups: {code: 'too_many_groups', text: 'There is no place for another group.'},
  users_per_group: {code: 'group_full', text: 'The group has its maximum of users.'},
  groups_per_room: {code: 'too_many_groups', text: 'The room names its maximum of groups.'},
  scheduled: {code: 'schedule_full', text: 'As many pushes wait for their time as there is room for.'},
  inbound: {close: 'protocol_error', text: 'Too much was sent at once.'},
  presence_rooms: {
    code: 'too_many_subscriptions',
    text: 'This session follows the presence of its maximum of rooms.',
  },
  presence_users: {
    code: 'too_many_subscriptions',
    text: 'This session follows the presence of its maximum of users.',
  },
  call_gestures: {code: 'rate_limited', text: 'Too many reactions, raised hands and new names at once.'},
  call_channels: {code: 'call_media_full', text: 'This peer has its maximum of data channels.'},
  call_data: {code: 'rate_limited', text: 'This peer sends too much on its data channels.'},
  payload: {close: 'protocol_error', text: 'A frame was larger than the limit of payloads.'},
  unread: {close: 'slow_consumer', text: 'The client read too slowly; it may resume where it left off.'},
  connections: {code: 'overloaded', text: 'The node is at its limit of connections; try another or later.'},
  accepts: {code: 'overloaded', text: 'The node takes clients in one by one.'},
  connections_per_address: {code: 'overloaded', text: 'There are too many connections from this address.'},
  handshakes: {code: 'rate_limited', text: 'There are too many connection attempts from this address.'},
  messages_in_flight: {
    code: 'overloaded',
    text: 'The node has its maximum of messages under way; send it again later.',
  },
  watches: {code: 'overloaded', text: 'The node serves its maximum of watches; try another or later.'},
  watched_users: {
    code: 'too_many_subscriptions',
    text: 'There are more users to watch than a node follows: name some.',
  },
  watch_unread: {code: 'slow_reader', text: 'The watch was read too slowly; go on from its last position.'},
  hooks: {code: 'overloaded', text: 'The application’s backend is asked too much at once.'},
  api_requests: {code: 'rate_limited', text: 'This API key makes too many requests.'},
} as const satisfies Record<string, LimitSpec>;

export type LimitName = keyof typeof limitCatalogue;

/** Limits whose passing is a refusal. */
export type RefusingLimit = {
  [Name in LimitName]: (typeof limitCatalogue)[Name] extends {code: ErrorCode} ? Name : never;
}[LimitName];

/** A limit was passed. On the wire it is its code; inside it also says which limit it was, for whoever counts them. */
export class LimitReached extends ParleyError {
  readonly limit: RefusingLimit;

  constructor(limit: RefusingLimit, {retryAfterMs}: {retryAfterMs?: number} = {}) {
    const {code, text} = limitCatalogue[limit];
    super(code, {message: text, ...(retryAfterMs !== undefined && {retryAfterMs})});
    this.limit = limit;
  }
}
