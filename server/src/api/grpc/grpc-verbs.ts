import {batch} from '../batch/batch.js';
import * as calls from '../verbs/calls.js';
import * as groups from '../verbs/groups.js';
import {readHistory} from '../verbs/history.js';
import {getInfo} from '../verbs/info.js';
import * as members from '../verbs/members.js';
import * as presence from '../verbs/presence.js';
import {getPush, sendPush} from '../verbs/push.js';
import * as rooms from '../verbs/rooms.js';
import * as scheduled from '../verbs/scheduled.js';
import * as sessions from '../verbs/sessions.js';
import {revokeTokens} from '../verbs/tokens.js';
import * as webhooks from '../verbs/webhooks.js';
import type {Verb} from '../verbs/verb.js';
import {everyone, itemsAs, limitsOf, type Fields} from './shapes.js';

/** Where a verb is found over gRPC. Its fields are those of the request message, with the same names. */
export interface GrpcVerb {
  readonly verb: Verb;
  /** Without `parley.v1`. */
  readonly service: string;
  readonly method: string;
  /** Where a message cannot have the shape that the verb takes. */
  readonly shape?: (fields: Fields) => Fields;
}

const inService = (service: string, methods: Readonly<Record<string, Verb>>): GrpcVerb[] =>
  Object.entries(methods).map(([method, verb]) => ({verb, service, method}));

export const grpcVerbs: readonly GrpcVerb[] = [
  ...inService('PushService', {
    Push: sendPush,
    GetPush: getPush,
    ListScheduledPushes: scheduled.listScheduled,
    GetScheduledPush: scheduled.getScheduled,
    CancelScheduledPush: scheduled.cancelScheduled,
  }),
  {verb: batch, service: 'BatchService', method: 'Batch', shape: itemsAs({muteCall: everyone('peers')})},
  ...inService('RoomService', {
    ListRooms: rooms.listRooms,
    CreateRoom: rooms.createRoom,
    GetRoom: rooms.getRoom,
    UpdateRoom: rooms.updateRoom,
    DeleteRoom: rooms.deleteRoom,
    GetHistory: readHistory,
    SetMember: members.setMember,
    RemoveMember: members.removeMember,
    ListRoomGroups: members.listRoomGroups,
    SetRoomGroup: members.setRoomGroup,
    RemoveRoomGroup: members.removeRoomGroup,
  }),
  ...inService('GroupService', {
    ListGroups: groups.listGroups,
    CreateGroup: groups.createGroup,
    GetGroup: groups.getGroup,
    RemoveGroup: groups.removeGroup,
    ListGroupUsers: groups.listGroupUsers,
    AddGroupUsers: groups.addGroupUsers,
    RemoveGroupUsers: groups.removeGroupUsers,
    ListGroupRooms: groups.listGroupRooms,
  }),
  ...inService('CallService', {
    ListCalls: calls.listCalls,
    GetCall: calls.getCall,
    KickPeer: calls.kickPeer,
    MoveCall: calls.moveCall,
    StartRecording: calls.startRecording,
    StopRecording: calls.stopRecording,
    EndCall: calls.endCall,
  }),
  {verb: calls.updateCall, service: 'CallService', method: 'UpdateCall', shape: limitsOf},
  {verb: calls.muteCall, service: 'CallService', method: 'MuteCall', shape: everyone('peers')},
  {verb: calls.admitToCall, service: 'CallService', method: 'AdmitToCall', shape: everyone('sessions')},
  {verb: calls.denyCall, service: 'CallService', method: 'DenyCall', shape: everyone('sessions')},
  ...inService('SessionService', {
    ListUserSessions: sessions.listUserSessions,
    KickUser: sessions.kickUser,
    KickSession: sessions.kickSession,
    RevokeTokens: revokeTokens,
  }),
  ...inService('PresenceService', {
    GetUserPresence: presence.getUserPresence,
    GetPresence: presence.getPresence,
    GetRoomPresence: presence.getRoomPresence,
  }),
  ...inService('WebhookService', {
    ListWebhooks: webhooks.listWebhooks,
    ListParkedEvents: webhooks.listParkedEvents,
    ReplayEvents: webhooks.replayParkedEvents,
    DiscardEvents: webhooks.discardParkedEvents,
    PingWebhook: webhooks.pingWebhook,
  }),
  ...inService('InfoService', {GetInfo: getInfo}),
];
