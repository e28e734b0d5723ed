import {durationMs, integer, oneOf, sizeBytes} from '../values.js';
import {variable} from '../variable.js';

export const limitVariables = {
  PARLEY_MAX_CONNECTIONS: variable({
    group: 'limits',
    schema: integer(1, 10_000_000),
    default: '15000',
    doc: 'Connections of this node; one more is refused with `overloaded`. Keep it below the limit of open files.',
  }),
  PARLEY_MAX_CONNECTIONS_PER_ADDRESS: variable({
    group: 'limits',
    schema: integer(0, 10_000_000),
    default: '1000',
    doc: 'Connections to this node from one client address; one more is refused with `overloaded`. `0` switches the limit off. Name your proxies in `PARLEY_TRUSTED_PROXIES`, or all clients seem to come from theirs.',
  }),
  PARLEY_HANDSHAKES_PER_SECOND: variable({
    group: 'limits',
    schema: integer(0, 1_000_000),
    default: '100',
    doc: 'Handshakes per second and client address, with a burst of ten times as many; above it they are refused with `rate_limited`. Requests of unknown connections count as handshakes, and an address whose connections had to be closed for abuse gets less. `0` switches the limit off.',
  }),
  PARLEY_ACCEPTS_PER_SECOND: variable({
    group: 'limits',
    schema: integer(0, 1_000_000),
    default: '500',
    doc: 'Handshakes that this node takes in within any second, from all addresses together; the others are refused with `overloaded` and told one by one when to come back, so that the clients of a node that died do not take the next one down. Nodes that stop hand their clients over at a pace that this allows: give all nodes the same. `0` switches the limit off.',
  }),
  PARLEY_MAX_PAYLOAD: variable({
    group: 'limits',
    schema: sizeBytes('16KiB', '16MiB'),
    default: '128KiB',
    doc: 'Largest frame that a client may send.',
  }),
  PARLEY_MAX_INBOUND: variable({
    group: 'limits',
    schema: sizeBytes('16KiB', '1GiB'),
    doc: 'What one connection may send per second, with a burst of eight times as much; every frame counts for 1 KiB more than it has. Above it the connection is closed with `protocol_error`. If not set: 20 KiB for each of `PARLEY_REQUESTS_PER_SECOND`, and at least a quarter of `PARLEY_MAX_PAYLOAD`.',
  }),
  PARLEY_MAX_BUFFER: variable({
    group: 'limits',
    schema: sizeBytes('16KiB', '1GiB'),
    default: '1MiB',
    doc: 'What the node holds at most for a client that reads too slowly; above it the connection is closed with `slow_consumer`.',
  }),
  PARLEY_REQUESTS_PER_SECOND: variable({
    group: 'limits',
    schema: integer(1, 1_000_000),
    default: '50',
    doc: 'Requests per second and session, with a burst of twice as many.',
  }),
  PARLEY_USER_REQUESTS_PER_SECOND: variable({
    group: 'limits',
    schema: integer(1, 10_000_000),
    doc: 'Requests per second and user on this node, all sessions together, with a burst of twice as many. If not set: twice `PARLEY_REQUESTS_PER_SECOND`, so that one user alone does not fill a room.',
  }),
  PARLEY_MAX_REQUESTS_IN_FLIGHT: variable({
    group: 'limits',
    schema: integer(1, 10_000_000),
    doc: 'Requests of one session that may wait for their answers at a time; one more is refused with `rate_limited`. If not set: twice `PARLEY_REQUESTS_PER_SECOND`.',
  }),
  PARLEY_INVALID_REQUESTS_PER_MINUTE: variable({
    group: 'limits',
    schema: integer(0, 1_000_000),
    default: '120',
    doc: 'Malformed and unknown requests per minute and session, with as many in a burst; above it the connection is closed with `protocol_error`. `0` switches the limit off.',
  }),
  PARLEY_ROOM_MESSAGES_PER_SECOND: variable({
    group: 'limits',
    schema: integer(0, 1_000_000),
    default: '200',
    doc: 'Messages per second of all members of a room together, exact in the whole cluster, with a burst of twice as many; above it they are refused with `rate_limited`. `0` switches the limit off.',
  }),
  PARLEY_MAX_ROOMS: variable({
    group: 'limits',
    schema: integer(0, 100_000_000),
    default: '1000000',
    doc: 'Rooms in the whole cluster; one more is refused with `too_many_rooms`. `0` switches the limit off.',
  }),
  PARLEY_ROOM_CREATIONS_PER_HOUR: variable({
    group: 'limits',
    schema: integer(0, 1_000_000),
    default: '100',
    doc: 'Rooms that one user may create within an hour, in the whole cluster; above it creating is refused with `rate_limited`. `0` switches the limit off.',
  }),
  PARLEY_MAX_ROOMS_PER_USER: variable({
    group: 'limits',
    schema: integer(0, 1_000_000),
    default: '1000',
    doc: 'Rooms that one user may be a member of; one more is refused with `too_many_rooms`. `0` switches the limit off.',
  }),
  PARLEY_MAX_GROUPS: variable({
    group: 'limits',
    schema: integer(1, 1_000_000),
    default: '10000',
    doc: 'Groups of users in the whole cluster; one more is refused with `too_many_groups`.',
  }),
  PARLEY_MAX_USERS_PER_GROUP: variable({
    group: 'limits',
    schema: integer(1, 100_000),
    default: '10000',
    doc: 'Users of one group; what goes beyond is refused with `group_full`.',
  }),
  PARLEY_MAX_ROOMS_PER_SESSION: variable({
    group: 'limits',
    schema: integer(1, 1_000),
    default: '200',
    doc: 'Rooms that one session may have joined.',
  }),
  PARLEY_MAX_SESSIONS_PER_USER: variable({
    group: 'limits',
    schema: integer(1, 10_000),
    default: '100',
    doc: 'Sessions that a user may have at once in the whole cluster, connected ones and those that may still be resumed together.',
  }),
  PARLEY_SESSIONS_POLICY: variable({
    group: 'limits',
    schema: oneOf(['refuse_newest', 'close_oldest']),
    default: 'refuse_newest',
    doc: 'What happens at one session more than `PARLEY_MAX_SESSIONS_PER_USER`: it is refused with `too_many_sessions`, or the one that began first is closed with that code, connected or not.',
  }),
  PARLEY_MAX_MEMBERS_PER_ROOM: variable({
    group: 'limits',
    schema: integer(1, 1_000_000),
    default: '100000',
    doc: 'Members of a room for which nothing lower was chosen.',
  }),
  PARLEY_RESUME_WINDOW: variable({
    group: 'limits',
    schema: durationMs('1s', '1d'),
    default: '2m',
    doc: 'How long a session without a connection may be resumed.',
  }),
  PARLEY_REPLAY_EVENTS: variable({
    group: 'limits',
    schema: integer(0, 10_000),
    default: '1000',
    doc: 'Missed events of a room that a resumed session is given at most; if there are more, it gets none and `recovered: false`.',
  }),
  PARLEY_MAX_PEERS_PER_CALL: variable({
    group: 'limits',
    schema: integer(1, 10_000),
    default: '50',
    doc: 'Peers in one call.',
  }),
  PARLEY_MAX_PRODUCERS_PER_CALL: variable({
    group: 'limits',
    schema: integer(0, 100_000),
    default: '0',
    doc: 'Tracks in one call, of all peers together; 0: not limited.',
  }),
  PARLEY_MAX_CALL_BITRATE: variable({
    group: 'limits',
    schema: integer(0, 100_000_000_000),
    default: '0',
    doc: 'Bits per second that all tracks of one call together may be sent with, by what their senders say of them; 0: not limited.',
  }),
  PARLEY_MAX_PRODUCERS_PER_PEER: variable({
    group: 'limits',
    schema: integer(1, 16),
    default: '4',
    doc: 'Tracks that a peer may publish in a call.',
  }),
} as const;
