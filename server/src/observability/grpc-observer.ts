import {errorCatalogue, type ErrorCode} from '@parley/protocol';
import type {Registry} from 'prom-client';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';

/** Monitoring of the gRPC port. */
export interface GrpcObserver {
  /** `method` is `Service/Method`, `code` is `ok` or of the catalogue. */
  answered(method: string, code: string, durationMs: number): void;
}

/** `Service/Method` of the port. Whatever is not one of them is counted as `other`. */
export const grpcMethods: readonly string[] = [
  'PushService/Push',
  'PushService/GetPush',
  'PushService/PushMany',
  'PushService/ListScheduledPushes',
  'PushService/GetScheduledPush',
  'PushService/CancelScheduledPush',
  'BatchService/Batch',
  'RoomService/ListRooms',
  'RoomService/CreateRoom',
  'RoomService/GetRoom',
  'RoomService/UpdateRoom',
  'RoomService/DeleteRoom',
  'RoomService/GetHistory',
  'RoomService/SetMember',
  'RoomService/RemoveMember',
  'RoomService/ListRoomGroups',
  'RoomService/SetRoomGroup',
  'RoomService/RemoveRoomGroup',
  'GroupService/ListGroups',
  'GroupService/CreateGroup',
  'GroupService/GetGroup',
  'GroupService/RemoveGroup',
  'GroupService/ListGroupUsers',
  'GroupService/AddGroupUsers',
  'GroupService/RemoveGroupUsers',
  'GroupService/ListGroupRooms',
  'CallService/ListCalls',
  'CallService/GetCall',
  'CallService/UpdateCall',
  'CallService/MuteCall',
  'CallService/KickPeer',
  'CallService/AdmitToCall',
  'CallService/DenyCall',
  'CallService/MoveCall',
  'CallService/StartRecording',
  'CallService/StopRecording',
  'CallService/EndCall',
  'SessionService/ListUserSessions',
  'SessionService/KickUser',
  'SessionService/KickSession',
  'SessionService/RevokeTokens',
  'PresenceService/GetUserPresence',
  'PresenceService/GetPresence',
  'PresenceService/GetRoomPresence',
  'WebhookService/ListWebhooks',
  'WebhookService/ListParkedEvents',
  'WebhookService/ReplayEvents',
  'WebhookService/DiscardEvents',
  'WebhookService/PingWebhook',
  'WatchService/Watch',
  'InfoService/GetInfo',
];

const bucketsMs = [1, 5, 25, 100, 500, 2_500];

export function grpcMetrics(registry: Registry): GrpcObserver {
  const calls = new ClosedCounter(registry, {
    name: 'parley_grpc_requests_total',
    help: 'Calls of the gRPC port by method and outcome.',
    labels: {method: grpcMethods, code: ['ok', ...(Object.keys(errorCatalogue) as ErrorCode[])]},
  });
  const durations = new ClosedDurations(registry, {
    name: 'parley_grpc_request_duration_seconds',
    help: 'From the call to its answer; of a stream, to its end.',
    labels: {method: grpcMethods},
    bucketsMs,
  });
  return {
    answered: (method, code, durationMs) => {
      calls.add({method, code});
      durations.observe({method}, durationMs);
    },
  };
}
