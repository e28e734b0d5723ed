import {session as wire} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import type {Dispatcher} from '../dispatch/dispatcher.js';
import type {GateSizes} from '../dispatch/request-gate.js';
import type {UserRates} from '../dispatch/user-rates.js';
import type {HubObserver, HubOptions, Identity} from '../hub.js';
import type {Connection, SessionRecord} from '../ports.js';
import type {PresencePart} from '../presence/presence-part.js';
import type {InboxDelivery} from '../push/inbox-delivery.js';
import type {ArrivingRoom, ArrivingRooms} from './arriving-rooms.js';
import {ConnectedSession, type ConnectedSessionOptions} from './connected-session.js';
import type {LocalSessions} from './local-sessions.js';
import type {Partings} from './partings.js';
import {sessionReady} from './session-ready.js';
import type {Siblings} from './siblings.js';

/** A session that was let in, with everything at hand that its first moment needs. */
export interface Entrant {
  readonly record: Pick<SessionRecord, 'session' | 'user' | 'name' | 'device' | 'call' | 'following'>;
  readonly token: Identity;
  readonly key: string;
  readonly generation: number;
  readonly resumed: boolean;
  readonly rooms: readonly ArrivingRoom[];
  readonly deleted?: ArrivingRooms['deleted'];
  /** What tells the device from the user's others. */
  readonly device: string;
  /** How many other sessions the user has, if this one is new. */
  readonly others: number;
}

export interface StartOptions {
  readonly hub: Pick<HubOptions, 'clock' | 'store' | 'tokens' | 'limits' | 'keepalive'>;
  readonly dispatcher: Dispatcher<ConnectedSession>;
  readonly gate: GateSizes;
  readonly users: UserRates;
  readonly local: LocalSessions;
  readonly partings: Partings;
  readonly siblings: Siblings;
  readonly calls: CallsPart;
  readonly presence: PresencePart;
  readonly inboxes: InboxDelivery;
  readonly observer: HubObserver;
}

/** What all sessions of a node have in common; made once. */
export function sessionOptions({
  hub: {clock, tokens, limits, keepalive},
  dispatcher,
  gate,
  users,
  partings,
  calls,
  presence,
  observer,
}: StartOptions): ConnectedSessionOptions {
  return {
    clock,
    tokens,
    limits,
    gate,
    users,
    observer,
    keepalive,
    dispatcher,
    onLeft: (session, room) => {
      presence.left(session, room);
    },
    onKeyArrived: (session) => {
      partings.keyArrived(session);
    },
    onEnded: (session, ending) => {
      partings.connectionEnded(session, ending);
    },
    onExcluded: (session, room) => {
      partings.leave(session.id, room);
      calls.sessionLeftRoom({session: session.id, user: session.user, name: session.name}, room);
    },
    onStanding: (session, room, standing) => {
      calls.standingChanged({session: session.id, user: session.user, name: session.name}, room, standing);
    },
  };
}

/** Puts the session on its connection, silent yet and not to be found. */
export function seatSession(
  {record: {session: id, user, name}, token, generation}: Entrant,
  connection: Connection,
  options: ConnectedSessionOptions,
): ConnectedSession {
  return new ConnectedSession({id, user, name, generation, token}, connection, options);
}

/**
 * `session.ready`, replay and subscribing, all within this call: every room's position stands still meanwhile, so what
 * `session.ready` says of it, what is replayed and what comes live fit without a gap or an overlap.
 */
export function startSession(
  session: ConnectedSession,
  {record, key, device, resumed, rooms, deleted = [], others}: Entrant,
  {hub, local, siblings, partings, calls, presence, inboxes, observer}: StartOptions,
): void {
  const replays = rooms.flatMap(({hold, catchUp, word}) => {
    const verdict = session.rights.judge(hold.hub.room, word);
    if (verdict.admitted) return [{hold, missed: catchUp.take(), word, standing: verdict.standing}];
    // A room that its token no longer names: what `session.ready` does not list, the session is not in.
    hold.release();
    partings.leave(session.id, hold.hub.room);
    return [];
  });
  const summaries = replays.map(({hold: {hub: room}, missed, standing}) => ({
    room: room.room,
    epoch: room.position.epoch,
    head: room.position.offset,
    recovered: missed !== undefined,
    standing,
  }));
  local.add(session);
  session.send(wire.ready, sessionReady({record, key, resumed, rooms: summaries, deleted}, hub, calls));
  for (const {hold, missed, word} of replays) {
    // A room that is not recovered was said to be so above.
    session.enter({hold, missed: missed ?? [], word});
    observer.roomRecovered(missed !== undefined, missed?.length ?? 0);
  }
  inboxes.begin(session, device);
  if (resumed && record.following) presence.resumed(session, record.following);
  observer.sessionOpened(resumed ? 'resumed' : 'new');
  const {session: id, user, name} = record;
  observer.happened({
    name: resumed ? 'session.resumed' : 'session.opened',
    data: {session: id, user, name, ...(record.device !== undefined && {device: record.device})},
  });
  if (others > 0) siblings.tell(record, 'opened');
  const {call} = record;
  if (resumed && call !== undefined) {
    calls.sessionResumed({session: id, user, name, call}, () => session.standing(call));
  }
}
