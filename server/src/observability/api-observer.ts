import type {LimitName} from '@parley/protocol';

/** Patterns of the operations port. Whatever is not one of them is counted as `other`. */
export const apiRoutes: readonly string[] = [
  '/v1/push',
  '/v1/batch',
  '/v1/pushes/:id',
  '/v1/scheduled',
  '/v1/scheduled/:id',
  '/v1/rooms',
  '/v1/rooms/:room',
  '/v1/rooms/:room/members/:user',
  '/v1/rooms/:room/groups',
  '/v1/rooms/:room/groups/:group',
  '/v1/rooms/:room/history',
  '/v1/rooms/:room/presence',
  '/v1/groups',
  '/v1/groups/:group',
  '/v1/groups/:group/users',
  '/v1/groups/:group/users/add',
  '/v1/groups/:group/users/remove',
  '/v1/groups/:group/rooms',
  '/v1/calls',
  '/v1/calls/:room',
  '/v1/calls/:room/mute',
  '/v1/calls/:room/kick',
  '/v1/calls/:room/admit',
  '/v1/calls/:room/deny',
  '/v1/calls/:room/end',
  '/v1/calls/:room/move',
  '/v1/calls/:room/recording/start',
  '/v1/calls/:room/recording/stop',
  '/v1/users/:user/presence',
  '/v1/presence',
  '/v1/users/:user/sessions',
  '/v1/users/:user/kick',
  '/v1/sessions/:session/kick',
  '/v1/tokens/revoke',
  '/v1/webhooks',
  '/v1/webhooks/:receiver/parked',
  '/v1/webhooks/:receiver/replay',
  '/v1/webhooks/:receiver/discard',
  '/v1/webhooks/:receiver/ping',
  '/v1/watch',
  '/v1/info',
  '/live',
  '/ready',
  '/metrics',
  '/openapi.json',
  'other',
];

/** Monitoring of the operations port. */
export interface ApiObserver {
  limitReached(limit: LimitName): void;
  /** `route` is the pattern that was matched, never the address that was asked for. */
  answered(route: string, status: number, durationMs: number): void;
}
