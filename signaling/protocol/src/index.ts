export {usualVideoCodecs, videoCodec, videoCodecs, type VideoCodec} from './codecs.js';
export {
  clientId,
  displayName,
  groupId,
  roomId,
  sessionId,
  userId,
  type Epoch,
  type GroupId,
  type Json,
  type Offset,
  type Position,
  type RoomId,
  type SessionId,
  type UserId,
} from './primitives.js';
export {
  errorCatalogue,
  hasCode,
  isRetryable,
  ParleyError,
  toWireError,
  type ErrorCode,
  type WireError,
} from './errors.js';
export {limitCatalogue, LimitReached, type LimitName, type RefusingLimit} from './limits.js';
export {closeCodes, mayReconnect, type CloseReason} from './close-codes.js';
export {protocolFloor, protocolVersion} from './version.js';
export {
  commonErrors,
  type Answer,
  type Delivery,
  type EventDefinition,
  type ParamsOf,
  type PayloadOf,
  type RequestDefinition,
  type ResultOf,
} from './definition.js';
export {describeContract, events, requests, type RequestName} from './contract.js';
export * as call from './call.js';
export * as callData from './call-data.js';
export * as callNews from './call-news.js';
export * as callReceiving from './call-receiving.js';
export * as callRehearsal from './call-rehearsal.js';
export * as people from './call-people.js';
export * as chat from './chat.js';
export * as hook from './hook.js';
export * as media from './media.js';
export * as presence from './presence.js';
export * as push from './push.js';
export * as room from './room.js';
export {grantsClaim, grantsOfToken, matchesRoom, roomPattern, type Grant} from './grants.js';
export {
  access,
  callRights,
  joinAs,
  role,
  roles,
  standing,
  type Access,
  type CallRight,
  type JoinAs,
  type Role,
  type Standing,
} from './role.js';
export * as session from './session.js';
export * as webhook from './webhook.js';
export * as webPush from './web-push.js';
