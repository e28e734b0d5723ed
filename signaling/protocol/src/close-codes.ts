/**
 * Why a connection ended. The range is the client's whole policy, so that an old client reacts rightly to a new code:
 * 4000–4499 come back (after `retryAfterMs`, if given); 4500–4999 do not without a new token or a person.
 *
 * Socket.IO hides WebSocket close codes from its users: the code also travels as the last event, `session.closing`.
 */
export const closeCodes = {
  draining: {code: 4000, text: 'The node is shutting down.'},
  node_lost: {code: 4001, text: 'The node lost its place in the cluster.'},
  slow_consumer: {code: 4002, text: 'The client read too slowly; it may resume where it left off.'},
  keepalive_timeout: {code: 4003, text: 'Nothing was heard within the keep-alive period.'},
  overloaded: {code: 4004, text: 'The node is at its limit.'},
  rate_limited: {code: 4005, text: 'Too many connection attempts from this address.'},
  unavailable: {code: 4006, text: 'A dependency is away.'},
  bad_token: {code: 4500, text: 'The token was not accepted.'},
  token_expired: {code: 4501, text: 'The token has expired.'},
  kicked: {code: 4502, text: 'The session was ended by the backend.'},
  protocol_error: {code: 4503, text: 'The client broke the protocol repeatedly, or with an oversized frame.'},
  version_unsupported: {code: 4504, text: 'The protocol version is below the floor.'},
  origin_forbidden: {code: 4505, text: 'Pages of this origin may not connect.'},
  replaced: {code: 4506, text: 'The session was resumed by a newer connection.'},
  ended: {code: 4507, text: 'The session was ended by its own user.'},
  token_revoked: {code: 4508, text: 'The token was revoked by the backend.'},
  too_many_sessions: {code: 4509, text: 'The user has more sessions than are allowed, and this is the one to go.'},
  key_reused: {code: 4510, text: 'An old resume key of the session was used, which may have been stolen.'},
  denied: {code: 4511, text: 'The application’s backend does not want this connection.'},
} as const;

export type CloseReason = keyof typeof closeCodes;

/** Whether a client should come back by itself after a close with this code. Unknown codes go by their range. */
export const mayReconnect = (code: number): boolean => code < 4500;
