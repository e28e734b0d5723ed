import type {ParamsOf, Position, ResultOf, Role, room as wire} from '@parley/protocol';
import type {RequestContext} from '../../dispatch/handler.js';
import type {Consent} from '../../hooks/consent.js';
import type {RoomFeeds, RoomRecord, SessionDirectory, Tombstone} from '../../ports.js';
import {CatchUp} from '../../rooms/catch-up.js';
import {closedTo, type Membership} from '../../rooms/membership.js';
import type {RoomWords} from '../../rights/room-words.js';
import type {RoomWord} from '../../rights/standing.js';
import type {RoomHold, RoomHubs} from '../../rooms/room-hubs.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import {summaryOf} from './summary.js';

export interface JoinOptions {
  readonly consent: Pick<Consent, 'join'>;
  readonly membership: Membership;
  readonly words: RoomWords;
  readonly hubs: RoomHubs;
  readonly feeds: RoomFeeds;
  readonly sessions: SessionDirectory;
  readonly replayEvents: number;
  readonly roomPeers: (room: string) => Promise<number>;
}

/**
 * Makes the user a member and subscribes the session. The answer goes first; in the turn in which it is handed over,
 * what was missed up to then follows, and then live events.
 */
export async function joinRoom(
  {room, since}: ParamsOf<typeof wire.join>,
  {session, afterReply}: RequestContext<ConnectedSession>,
  options: JoinOptions,
): Promise<ResultOf<typeof wire.join>> {
  const {subscriptions} = session;
  const done = await subscriptions.turn(room);
  try {
    subscriptions.claim(room);
    const invitedAs = await options.consent.join?.(session, room);
    const entry = await enterAsMember(session, {room, since, invitedAs}, options);
    const {record, hold, catchUp, position, recovered, callPeers, word} = entry;
    const verdict = session.rights.judge(room, word);
    if (!verdict.admitted) {
      hold.release();
      throw closedTo(record.access);
    }
    afterReply(() => {
      session.enter({hold, missed: catchUp.take(), word});
      done();
    });
    return {
      room: summaryOf(record, true),
      epoch: position.epoch,
      head: position.offset,
      recovered,
      callPeers,
      standing: verdict.standing,
    };
  } catch (error) {
    subscriptions.disclaim(room);
    done();
    throw error;
  }
}

interface Entry {
  readonly record: RoomRecord;
  readonly hold: RoomHold;
  readonly catchUp: CatchUp;
  readonly position: Position;
  readonly recovered: boolean;
  readonly callPeers: number;
  /** What the room says of the user, read once the membership was there. */
  readonly word: RoomWord;
}

/**
 * The membership is looked at again once the position is fixed: if the user leaves by another session after that, the room
 * is told after that position, and this session sees it. Without that it would be told that it joined, and hear nothing.
 */
async function enterAsMember(
  session: ConnectedSession,
  {room, since, invitedAs}: {room: string; since: Position | undefined; invitedAs: Role | undefined},
  options: JoinOptions,
): Promise<Entry> {
  const {user} = session;
  const letIn = async (): Promise<Role | undefined> => {
    const found = await options.words.of(room, user);
    const verdict = found && session.rights.judge(room, found.word);
    return verdict?.admitted ? verdict.standing.role : undefined;
  };
  const comer = {user, name: session.name, invitedAs};
  // Nobody can guess the epoch of a log: who has it was in the room.
  const knew = ({epoch}: Tombstone): boolean =>
    invitedAs !== undefined || since?.epoch === epoch || session.granted(room) !== undefined;
  for (;;) {
    const {room: record, member} = await options.membership.join(room, comer, {letIn, knew});
    const [hold, callPeers] = await Promise.all([enter(session, room, options), options.roomPeers(room)]);
    try {
      const asked = await CatchUp.prepare(hold.hub, since, options);
      const recovered = asked.take() !== undefined;
      const catchUp = recovered ? asked : CatchUp.fromHead(hold.hub);
      const {position} = hold.hub;
      const found = await options.words.of(room, user);
      if (found?.member?.joinedAt === member.joinedAt) {
        return {record, hold, catchUp, position, recovered, callPeers, word: found.word};
      }
    } catch (error) {
      hold.release();
      throw error;
    }
    hold.release();
  }
}

/** The room is open here and the directory knows that the session is in it, so that it may be resumed elsewhere. */
async function enter(session: ConnectedSession, room: string, {hubs, sessions}: JoinOptions): Promise<RoomHold> {
  const [hold, recorded] = await Promise.allSettled([hubs.hold(room), sessions.join(session.id, room)]);
  if (hold.status === 'rejected') throw hold.reason;
  if (recorded.status === 'fulfilled') return hold.value;
  hold.value.release();
  throw recorded.reason;
}
