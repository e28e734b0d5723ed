import {batch} from './batch/batch.js';
import * as calls from './verbs/calls.js';
import * as groups from './verbs/groups.js';
import {readHistory} from './verbs/history.js';
import {getInfo} from './verbs/info.js';
import * as members from './verbs/members.js';
import * as presence from './verbs/presence.js';
import {getPush, sendPush} from './verbs/push.js';
import * as rooms from './verbs/rooms.js';
import * as scheduled from './verbs/scheduled.js';
import * as sessions from './verbs/sessions.js';
import {revokeTokens} from './verbs/tokens.js';
import * as webhooks from './verbs/webhooks.js';
import type {Verb} from './verbs/verb.js';

/** Where a verb is found over HTTP. What it is about is in the path; the rest is the query of `GET` and `DELETE`, else the body. */
export interface HttpVerb {
  readonly verb: Verb;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1`. */
  readonly path: string;
  /** What generated clients call it. */
  readonly operationId: string;
  /** Its input has a `key`, which the header `Idempotency-Key` may hold instead. */
  readonly idempotencyKey?: true;
}

/** In the order of the reference. */
export const httpVerbs: readonly HttpVerb[] = [
  {verb: sendPush, method: 'POST', path: '/push', operationId: 'push', idempotencyKey: true},
  {verb: batch, method: 'POST', path: '/batch', operationId: 'batch'},
  {verb: getPush, method: 'GET', path: '/pushes/:id', operationId: 'pushOutcome'},
  {verb: scheduled.listScheduled, method: 'GET', path: '/scheduled', operationId: 'scheduledPushes'},
  {verb: scheduled.getScheduled, method: 'GET', path: '/scheduled/:id', operationId: 'scheduledPush'},
  {verb: scheduled.cancelScheduled, method: 'DELETE', path: '/scheduled/:id', operationId: 'cancelPush'},
  {verb: rooms.listRooms, method: 'GET', path: '/rooms', operationId: 'rooms'},
  {verb: rooms.createRoom, method: 'POST', path: '/rooms', operationId: 'createRoom'},
  {verb: rooms.getRoom, method: 'GET', path: '/rooms/:room', operationId: 'room'},
  {verb: rooms.updateRoom, method: 'PATCH', path: '/rooms/:room', operationId: 'updateRoom'},
  {verb: rooms.deleteRoom, method: 'DELETE', path: '/rooms/:room', operationId: 'deleteRoom'},
  {verb: members.setMember, method: 'PUT', path: '/rooms/:room/members/:user', operationId: 'setMember'},
  {verb: members.removeMember, method: 'DELETE', path: '/rooms/:room/members/:user', operationId: 'removeMember'},
  {verb: members.listRoomGroups, method: 'GET', path: '/rooms/:room/groups', operationId: 'roomGroups'},
  {verb: members.setRoomGroup, method: 'PUT', path: '/rooms/:room/groups/:group', operationId: 'setRoomGroup'},
  {verb: members.removeRoomGroup, method: 'DELETE', path: '/rooms/:room/groups/:group', operationId: 'dropRoomGroup'},
  {verb: groups.listGroups, method: 'GET', path: '/groups', operationId: 'groups'},
  {verb: groups.createGroup, method: 'POST', path: '/groups', operationId: 'createGroup'},
  {verb: groups.getGroup, method: 'GET', path: '/groups/:group', operationId: 'group'},
  {verb: groups.removeGroup, method: 'DELETE', path: '/groups/:group', operationId: 'deleteGroup'},
  {verb: groups.listGroupUsers, method: 'GET', path: '/groups/:group/users', operationId: 'groupUsers'},
  {verb: groups.addGroupUsers, method: 'POST', path: '/groups/:group/users/add', operationId: 'addGroupUsers'},
  {verb: groups.removeGroupUsers, method: 'POST', path: '/groups/:group/users/remove', operationId: 'removeGroupUsers'},
  {verb: groups.listGroupRooms, method: 'GET', path: '/groups/:group/rooms', operationId: 'groupRooms'},
  {verb: calls.listCalls, method: 'GET', path: '/calls', operationId: 'calls'},
  {verb: calls.getCall, method: 'GET', path: '/calls/:room', operationId: 'call'},
  {verb: calls.updateCall, method: 'PATCH', path: '/calls/:room', operationId: 'updateCall'},
  {verb: calls.muteCall, method: 'POST', path: '/calls/:room/mute', operationId: 'muteCall'},
  {verb: calls.kickPeer, method: 'POST', path: '/calls/:room/kick', operationId: 'kickPeer'},
  {verb: calls.admitToCall, method: 'POST', path: '/calls/:room/admit', operationId: 'admitToCall'},
  {verb: calls.denyCall, method: 'POST', path: '/calls/:room/deny', operationId: 'denyCall'},
  {verb: calls.moveCall, method: 'POST', path: '/calls/:room/move', operationId: 'moveCall'},
  {verb: calls.startRecording, method: 'POST', path: '/calls/:room/recording/start', operationId: 'startRecording'},
  {verb: calls.stopRecording, method: 'POST', path: '/calls/:room/recording/stop', operationId: 'stopRecording'},
  {verb: calls.endCall, method: 'POST', path: '/calls/:room/end', operationId: 'endCall'},
  {verb: readHistory, method: 'GET', path: '/rooms/:room/history', operationId: 'roomHistory'},
  {verb: presence.getUserPresence, method: 'GET', path: '/users/:user/presence', operationId: 'userPresence'},
  {verb: presence.getPresence, method: 'POST', path: '/presence', operationId: 'presence'},
  {verb: presence.getRoomPresence, method: 'GET', path: '/rooms/:room/presence', operationId: 'roomPresence'},
  {verb: sessions.listUserSessions, method: 'GET', path: '/users/:user/sessions', operationId: 'userSessions'},
  {verb: sessions.kickUser, method: 'POST', path: '/users/:user/kick', operationId: 'kickUser'},
  {verb: sessions.kickSession, method: 'POST', path: '/sessions/:session/kick', operationId: 'kickSession'},
  {verb: revokeTokens, method: 'POST', path: '/tokens/revoke', operationId: 'revokeTokens'},
  {verb: webhooks.listWebhooks, method: 'GET', path: '/webhooks', operationId: 'webhooks'},
  {verb: webhooks.listParkedEvents, method: 'GET', path: '/webhooks/:receiver/parked', operationId: 'parkedEvents'},
  {verb: webhooks.replayParkedEvents, method: 'POST', path: '/webhooks/:receiver/replay', operationId: 'replayEvents'},
  {verb: webhooks.discardParkedEvents, method: 'POST', path: '/webhooks/:receiver/discard', operationId: 'dropEvents'},
  {verb: webhooks.pingWebhook, method: 'POST', path: '/webhooks/:receiver/ping', operationId: 'pingWebhook'},
  {verb: getInfo, method: 'GET', path: '/info', operationId: 'info'},
];
