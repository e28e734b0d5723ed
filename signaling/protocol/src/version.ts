/**
 * The protocol's version. A client sends the version it speaks in its handshake; the server accepts from `floor` up.
 *
 * | version | what changed |
 * |---|---|
 * | 1 | the first |
 * | 2 | tokens expire on live connections: `session.expiring`, `session.refresh`, `token_revoked` |
 * | 3 | slow mode: `room.update`, `room.updated`, `slowModeMs` of a room, `waitMs` of a message; layers by the size of a picture: `call.producer.watched`, `call.consumer`; presence is told only to those who subscribe, in batches: `presence.room.subscribe`, `presence.users.subscribe`; roles: `standing` of a session in a room, `room.setRole`, `room.remove`, `room.invite`, `room.rights`, `room.removed`; resume keys change with each resume; sessions are limited, named, announced and signed out from afar; news of calls for who asks: `call.follow`, `call.speaker`, `call.levels`, `call.quality`; the video codecs of a room’s calls: `videoCodecs`; people in calls: `call.knock`, `call.lock`, `call.mute`, `call.hand`, the `profile` of a peer, `producers` in `call.get`; a call that moves: `moved` of `call.closed`; mishaps on purpose: `call.simulate`; web push: `webPush.state`, `webPush.subscribe`; recording: `call.record`, the right `record`, `recording` and `recordable` of a call |
 */
export const protocolVersion = 3;
export const protocolFloor = 1;
