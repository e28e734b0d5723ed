/**
 * The error catalogue: every code that crosses the wire, by Socket.IO acknowledgement, handshake refusal or HTTP.
 *
 * `retryable` is the client's whole policy: the same request may succeed later without a person's doing. `http` and
 * `grpc` are the statuses of the push API. `level` is how the server logs it: a client's mistake is no `error` of ours.
 */
interface ErrorSpec {
  readonly retryable: boolean;
  readonly http: number;
  readonly grpc: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

const spec = (
  text: string,
  http: number,
  grpc: string,
  {retryable = false, level = 'info'}: {retryable?: boolean; level?: ErrorSpec['level']} = {},
): ErrorSpec => ({retryable, http, grpc, level, text});

export const errorCatalogue = {
  invalid_payload: spec('A field is missing, unknown or malformed; `field` names it.', 400, 'INVALID_ARGUMENT'),
  unknown_request: spec('There is no request of this name.', 404, 'UNIMPLEMENTED'),
  too_large: spec('The payload is over the size limit.', 413, 'RESOURCE_EXHAUSTED'),
  bad_token: spec('The token is missing, malformed, or not signed by a trusted key.', 401, 'UNAUTHENTICATED'),
  token_expired: spec('The token has expired; connect with a new one.', 401, 'UNAUTHENTICATED'),
  token_revoked: spec('The token was revoked.', 401, 'UNAUTHENTICATED'),
  bad_api_key: spec('The API key is missing or unknown.', 401, 'UNAUTHENTICATED'),
  version_unsupported: spec('The client speaks a protocol version below the floor.', 426, 'FAILED_PRECONDITION'),
  forbidden: spec('This user may not do this.', 403, 'PERMISSION_DENIED'),
  denied: spec(
    'The application’s backend does not want this; `reason` is its own word for why.',
    403,
    'PERMISSION_DENIED',
  ),
  origin_forbidden: spec('Pages of this origin may not connect.', 403, 'PERMISSION_DENIED'),
  unknown_room: spec('There is no room of this name.', 404, 'NOT_FOUND'),
  room_deleted: spec(
    'This room was deleted, with all that was in it. Who may create rooms can make a new one of this name, which begins empty.',
    410,
    'NOT_FOUND',
  ),
  room_exists: spec('A room of this name exists already.', 409, 'ALREADY_EXISTS'),
  room_full: spec('The room has its maximum of members.', 409, 'RESOURCE_EXHAUSTED'),
  not_joined: spec('The session has not joined this room.', 409, 'FAILED_PRECONDITION'),
  too_many_rooms: spec(
    'The session or the user is in its maximum of rooms, or the cluster has its own.',
    409,
    'RESOURCE_EXHAUSTED',
  ),
  too_many_subscriptions: spec(
    'A session or a watch follows its maximum of rooms or users.',
    409,
    'RESOURCE_EXHAUSTED',
  ),
  unknown_member: spec('The user is not a member of this room.', 404, 'NOT_FOUND'),
  unknown_group: spec('There is no group of this name.', 404, 'NOT_FOUND'),
  group_exists: spec('A group of this name exists already.', 409, 'ALREADY_EXISTS'),
  group_full: spec('The group has its maximum of users.', 409, 'RESOURCE_EXHAUSTED'),
  too_many_groups: spec('There is the maximum of groups already.', 409, 'RESOURCE_EXHAUSTED'),
  too_many_sessions: spec('The user has the maximum of sessions.', 409, 'RESOURCE_EXHAUSTED'),
  unknown_user: spec('No session of this user is known.', 404, 'NOT_FOUND'),
  unknown_session: spec('There is no session of this id.', 404, 'NOT_FOUND'),
  calls_unavailable: spec('Calls are switched off: no node has a media worker.', 503, 'UNAVAILABLE'),
  call_full: spec('The call has its maximum of peers.', 409, 'RESOURCE_EXHAUSTED'),
  call_lobby: spec('The call has a lobby: knock, and wait to be let in.', 409, 'FAILED_PRECONDITION'),
  call_locked: spec('The call is locked: nobody new comes in.', 409, 'FAILED_PRECONDITION'),
  call_denied: spec('Somebody in the call decided not to let this user in.', 403, 'PERMISSION_DENIED'),
  call_media_full: spec('The call has its maximum of tracks or of bandwidth.', 409, 'RESOURCE_EXHAUSTED'),
  recording_unavailable: spec('Nothing can be recorded on the node that runs the call.', 503, 'UNAVAILABLE'),
  unknown_call: spec('There is no call in this room at the moment.', 404, 'NOT_FOUND'),
  not_in_call: spec('The session is not in this call.', 409, 'FAILED_PRECONDITION'),
  unknown_media: spec('There is no transport, producer or consumer of this id in the call.', 404, 'NOT_FOUND'),
  media_refused: spec('The media engine refused these parameters.', 400, 'INVALID_ARGUMENT'),
  unknown_push: spec('Nothing is known of a push of this id (any more).', 404, 'NOT_FOUND'),
  already_sent: spec('The push is on its way, or was sent: it cannot be called off.', 409, 'FAILED_PRECONDITION'),
  schedule_full: spec('As many pushes wait for their time as there is room for.', 409, 'RESOURCE_EXHAUSTED'),
  inbox_full: spec('As many pushes are stored for this user as there is room for.', 409, 'RESOURCE_EXHAUSTED'),
  web_push_unavailable: spec('The server sends no web push.', 503, 'UNAVAILABLE'),
  unknown_receiver: spec('There is no webhook receiver of this name.', 404, 'NOT_FOUND'),
  conflict: spec('The id was used before for something else.', 409, 'ABORTED'),
  batch_aborted: spec(
    'Another push of the batch into the same room was refused, and they are done together or not at all.',
    409,
    'ABORTED',
  ),
  rate_limited: spec('Too much at once; wait `retryAfterMs`.', 429, 'RESOURCE_EXHAUSTED', {retryable: true}),
  slow_reader: spec('A stream was read too slowly, and is over.', 429, 'RESOURCE_EXHAUSTED', {retryable: true}),
  overloaded: spec('The node is at its limit of connections; try another or later.', 503, 'UNAVAILABLE', {
    retryable: true,
    level: 'warn',
  }),
  draining: spec('The node is shutting down; connect to another.', 503, 'UNAVAILABLE', {retryable: true}),
  unavailable: spec('A dependency is away; nothing was stored. Try again after `retryAfterMs`.', 503, 'UNAVAILABLE', {
    retryable: true,
    level: 'warn',
  }),
  timeout: spec(
    'The answer did not come in time; the outcome is unknown, so repeat with the same id.',
    504,
    'DEADLINE_EXCEEDED',
    {
      retryable: true,
      level: 'warn',
    },
  ),
  internal: spec('A defect of the server; its text stays in the log.', 500, 'INTERNAL', {
    retryable: true,
    level: 'error',
  }),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCatalogue;

/** What a refusal looks like on the wire, in acknowledgements and in the `data` of a handshake's `connect_error`. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  /** Path of the offending field, such as `text` or `rtpParameters.codecs.0.mimeType`. */
  readonly field?: string;
  /** Why the application's backend refused it, in its own word: 1–64 letters, digits, `_ . -`. */
  readonly reason?: string;
  readonly retryAfterMs?: number;
  /** On handshake refusals: the close code whose range says whether to come back. */
  readonly closeCode?: number;
}

interface ErrorDetails {
  readonly message?: string;
  readonly field?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The one error that carries a catalogue code. Whatever else is thrown reaches the wire as `internal`. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, {message, field, reason, retryAfterMs, cause}: ErrorDetails = {}) {
    super(message ?? errorCatalogue[code].text, cause === undefined ? undefined : {cause});
    this.code = code;
    this.field = field;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.field !== undefined && {field: this.field}),
      ...(this.reason !== undefined && {reason: this.reason}),
      ...(this.retryAfterMs !== undefined && {retryAfterMs: this.retryAfterMs}),
    };
  }
}

/** Whether a request was refused, with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly ErrorCode[]): error is ParleyError =>
  error instanceof ParleyError && codes.includes(error.code);

/** Whether the same may succeed later by itself: a dependency or a node is away, or there is too much at once. */
export const isRetryable = (error: unknown): error is ParleyError => error instanceof ParleyError && error.retryable;

/** From anything thrown to a wire error. The text of what is not ours never leaves the server. */
export function toWireError(thrown: unknown): WireError {
  return (thrown instanceof ParleyError ? thrown : new ParleyError('internal', {cause: thrown})).toWire();
}
