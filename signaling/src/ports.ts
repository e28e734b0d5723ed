/** What signaling needs from the world; each port states its guarantee, and adapters prove it by one contract suite. */
export type {Clock, Ids, Timer} from './ports/clock.js';
export type {CallNotes, CallRecords, CallSettings, CallSettingsChange} from './ports/calls.js';
export type {CallOptions, Lease, Leases, NodeBus, NodeInfo} from './ports/cluster.js';
export type {Broadcaster, Connection} from './ports/connection.js';
export type {
  Appended,
  FeedEntry,
  FeedEvent,
  FeedListener,
  FeedPage,
  FeedQuery,
  KeyedEvent,
  OpenFeed,
  Pace,
  RoomFeeds,
} from './ports/feed.js';
export type {
  ConsumerInfo,
  DataConsumerInfo,
  DataOptions,
  EngineRoom,
  IceAccess,
  MediaEngine,
  MediaEvent,
  MediaRecording,
  RecordingEnd,
  RecordingWish,
  MediaRoom,
  PathMeasure,
  PathSide,
  PeerPlace,
  ProduceOptions,
  RecordedTrack,
  TransportOffer,
  VoiceLevel,
} from './ports/media.js';
export type {PipedData, PipedMedia, PipedTrack, PipePoint} from './ports/media-pipes.js';
export {isComplete} from './ports/push-records.js';
export type {PushAnswer, PushNews, PushRecord, PushRecords, PushTimes} from './ports/push-records.js';
export {NoAnswer, type HookBackend, type HookQuestion} from './ports/hook-backend.js';
export type {Outbox, OutboxItem} from './ports/outbox.js';
export type {ClaimOutcome, Receipts} from './ports/receipts.js';
export type {Revocation, Revocations, TokenFacts} from './ports/revocations.js';
export {defaultGroupBounds, type GroupBounds, type GroupDirectory, type GroupRecord} from './ports/groups.js';
export {
  defaultInboxBounds,
  deviceKeptMs,
  endsAtOnce,
  type Acknowledged,
  type InboxBounds,
  type InboxCounts,
  type Inboxes,
  type InboxEntry,
  type InboxPage,
  type KeptPush,
  type NewInboxPush,
  type PutOutcome,
  type WaitingChange,
} from './ports/inboxes.js';
export {
  deletedLogKeptMs,
  deletedRoomKeptMs,
  type AddMemberOutcome,
  type CreateRoomOutcome,
  type MemberRecord,
  type NewMember,
  type NewRoom,
  type RoomDirectory,
  type RoomProperties,
  type RoomOfGroup,
  type RoomRecord,
  type RoomStandings,
  type Tombstone,
} from './ports/rooms.js';
export {
  defaultScheduleBounds,
  scheduledKeptMs,
  type NewScheduled,
  type PutScheduledOutcome,
  type ScheduleBounds,
  type Scheduled,
  type ScheduledItem,
  type ScheduledState,
} from './ports/scheduled.js';
export type {
  DevicePresence,
  Following,
  CreateOutcome,
  EndedSession,
  KeyHashes,
  NewSession,
  PresenceChange,
  ResumeOutcome,
  ResumeRequest,
  SessionDirectory,
  SessionLimit,
  SessionNews,
  SessionRecord,
  UserPresence,
  SessionToken,
  Whereabouts,
} from './ports/sessions.js';
export type {Store, StoreLimits, StoreOptions} from './ports/store.js';
export {
  mostNoteBytes,
  mostSubscriptions,
  subscriptionKeptMs,
  type KnownSubscription,
  type WebPushDirectory,
  type WebPushNote,
  type WebPushSender,
  type WebPushStanding,
  type WebPushSubscription,
} from './ports/web-push.js';
