import {limitCatalogue, callData, people, room, type LimitName} from '@parley/protocol';
import {configVariables} from '@parley/server';
import {watchBounds} from '@parley/signaling';

/** What sets each limit: a variable, or something else that is as much unless it is set. */
const setBy: Record<LimitName, string | {readonly by: string; readonly most: number}> = {
  session_requests: 'PARLEY_REQUESTS_PER_SECOND',
  user_requests: 'PARLEY_USER_REQUESTS_PER_SECOND',
  requests_in_flight: 'PARLEY_MAX_REQUESTS_IN_FLIGHT',
  request_abuse: 'PARLEY_REQUESTS_PER_SECOND',
  invalid_requests: 'PARLEY_INVALID_REQUESTS_PER_MINUTE',
  slow_mode: {by: 'the room’s `slowModeMs`', most: 0},
  room_messages: 'PARLEY_ROOM_MESSAGES_PER_SECOND',
  rooms_per_session: 'PARLEY_MAX_ROOMS_PER_SESSION',
  rooms_per_user: 'PARLEY_MAX_ROOMS_PER_USER',
  members_per_room: 'PARLEY_MAX_MEMBERS_PER_ROOM',
  room_creations: 'PARLEY_ROOM_CREATIONS_PER_HOUR',
  rooms: 'PARLEY_MAX_ROOMS',
  groups: 'PARLEY_MAX_GROUPS',
  users_per_group: 'PARLEY_MAX_USERS_PER_GROUP',
  groups_per_room: {by: 'nothing', most: room.groupsPerRoom},
  scheduled: 'PARLEY_MAX_SCHEDULED_PUSHES',
  inbound: 'PARLEY_MAX_INBOUND',
  presence_rooms: 'PARLEY_PRESENCE_ROOMS_PER_SESSION',
  presence_users: 'PARLEY_PRESENCE_USERS_PER_SESSION',
  call_gestures: {by: 'nothing', most: people.gestures.perSecond},
  call_channels: {by: 'nothing', most: callData.dataLimits.channels},
  call_data: {by: 'nothing', most: callData.dataLimits.bytesPerSecond},
  payload: 'PARLEY_MAX_PAYLOAD',
  unread: 'PARLEY_MAX_BUFFER',
  connections: 'PARLEY_MAX_CONNECTIONS',
  accepts: 'PARLEY_ACCEPTS_PER_SECOND',
  connections_per_address: 'PARLEY_MAX_CONNECTIONS_PER_ADDRESS',
  handshakes: 'PARLEY_HANDSHAKES_PER_SECOND',
  messages_in_flight: 'PARLEY_NATS_MESSAGES',
  watches: {by: 'nothing', most: watchBounds.watches},
  watched_users: {by: 'nothing', most: watchBounds.users},
  watch_unread: {by: 'nothing', most: watchBounds.unread},
  hooks: 'PARLEY_HOOKS',
  api_requests: 'PARLEY_API_REQUESTS_PER_SECOND',
};

const defaultOf = (name: string): string =>
  configVariables.find((variable) => variable.name === name)?.default ?? 'follows from others';

/** Every limit with what sets it and what happens above it. Its name is the label of `parley_limits_reached_total`. */
export function limitsTable(): string[] {
  const rows = Object.entries(limitCatalogue).map(([name, spec]) => {
    const setting = setBy[name as LimitName];
    const set =
      typeof setting === 'string' ? `\`${setting}\` | ${defaultOf(setting)}` : `${setting.by} | ${setting.most}`;
    const outcome = 'code' in spec ? `\`${spec.code}\`` : `closed with \`${spec.close}\``;
    return `| \`${name}\` | ${set} | ${outcome} | ${spec.text} |`;
  });
  return [
    '## Table of limits',
    '',
    '| limit | set by | default | above it | told |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ];
}
