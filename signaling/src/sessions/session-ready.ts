import {
  chat,
  protocolFloor,
  protocolVersion,
  type PayloadOf,
  type RoomId,
  type session as wire,
} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import type {HubOptions} from '../hub.js';
import type {SessionRecord} from '../ports.js';

type Ready = PayloadOf<typeof wire.ready>;

export interface ReadyFacts {
  readonly record: Pick<SessionRecord, 'session' | 'user' | 'name' | 'call'>;
  readonly key: string;
  readonly resumed: boolean;
  readonly rooms: Ready['rooms'];
  readonly deleted: readonly RoomId[];
}

/** The first event on every connection. */
export function sessionReady(
  {record, key, resumed, rooms, deleted}: ReadyFacts,
  {clock, store, limits, keepalive}: Pick<HubOptions, 'clock' | 'store' | 'limits' | 'keepalive'>,
  calls: Pick<CallsPart, 'availability'>,
): Ready {
  return {
    session: record.session,
    key,
    user: record.user,
    name: record.name,
    node: store.bus.node,
    resumed,
    rooms,
    ...(deleted.length > 0 && {deleted: [...deleted]}),
    ...(record.call !== undefined && {call: {room: record.call}}),
    calls: {...calls.availability},
    limits: {
      payloadBytes: limits.payloadBytes,
      textCharacters: chat.textLimit,
      roomsPerSession: limits.roomsPerSession,
      sessionsPerUser: limits.sessions.most,
      requestsPerSecond: limits.requestsPerSecond,
      resumeWindowMs: limits.resumeWindowMs,
      replayEvents: limits.replayEvents,
    },
    keepalive: {...keepalive},
    protocol: {version: protocolVersion, floor: protocolFloor},
    at: clock.now(),
  };
}
