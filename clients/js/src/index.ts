export {connect} from './connect.js';
export type {
  Call,
  CallEvents,
  CallOptions,
  CallState,
  ConnectionQuality,
  LocalTrack,
  MediaSource,
  Participant,
  Reception,
  RemoteTrack,
  Self,
  Strain,
  Mishap,
  View,
} from './call/call.js';
export type {
  CallData,
  ChannelMessage,
  ChannelOptions,
  IncomingChannel,
  IncomingChannelEvents,
  OutgoingChannel,
  OutgoingChannelEvents,
} from './call/data.js';
export type {CallLimitsChange, CallPeople, CallSettings, RecordingNews, Waiting, Whom} from './call/people.js';
export type {Postponement} from './call/postponed.js';
export type {Parley, ParleyEvents} from './parley.js';
export type {ParleyOptions} from './parley-options.js';
export type {Pushes} from './push/pushes.js';
export type {RoomCall} from './room/room-call.js';
export type {
  CallActivity,
  Departure,
  MemberChange,
  Message,
  Pace,
  Push,
  RoomEvents,
  SettingsChange,
  StoredEvent,
} from './room/room-events.js';
export type {PresenceNews, PresenceState, PresenceStatus, RoomPresence} from './room/room-presence.js';
export type {UserPresence, UserPresenceNews, UserPresences} from './presence/user-presence.js';
export type {HistoryPage, Room, RoomSettings, RoomState} from './room/room.js';
export type {Rights, RoomRights} from './room/room-rights.js';
export type {JoinOptions} from './room/rooms.js';
export type {SentMessage} from './room/sent-message.js';
export type {Typing} from './room/typing.js';
export type {ConnectionState} from './session/state.js';
export type {UserSession, UserSessionChange, UserSessions} from './session/user-sessions.js';
export {openedPush, type OpenedPush} from './web-push/opened-push.js';
export type {WebPush, WebPushPolicy, WebPushState} from './web-push/web-push.js';
export {ParleyError} from '@parley/protocol';
