import {
  LimitReached,
  ParleyError,
  protocolFloor,
  type Position,
  type RoomId,
  type session as wire,
} from '@parley/protocol';
import type {Admission, HubOptions, Identity} from '../hub.js';
import type {Consent} from '../hooks/consent.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {RoomWords} from '../rights/room-words.js';
import type {RoomHubs} from '../rooms/room-hubs.js';
import type {Arrival, Doom} from './arrival.js';
import {openArrivingRooms, type ArrivingRoom, type ArrivingRooms} from './arriving-rooms.js';
import type {Farewells} from './farewells.js';
import {ResumeKey} from './resume-key.js';
import {tokenFacts, type Revoking} from './revoking.js';
import type {RightsWatch} from './rights-watch.js';
import {seatSession, sessionOptions, startSession, type Entrant, type StartOptions} from './start-session.js';

export interface AdmissionsOptions extends StartOptions {
  readonly hub: HubOptions;
  readonly consent: Pick<Consent, 'connect'>;
  readonly hubs: RoomHubs;
  readonly words: NodeWords;
  readonly farewells: Farewells;
  readonly revoking: Revoking;
  readonly roomWords: RoomWords;
  readonly watch: RightsWatch;
}

type Resume = NonNullable<wire.Handshake['resume']>;

const draining: Doom = {ending: 'draining'};

const positionsOf = (resume: Resume): ReadonlyMap<RoomId, Position> =>
  new Map(Object.entries(resume.rooms).map(([room, [epoch, offset]]) => [room, {epoch, offset}]));

/** By its own id, or else by the name that it has at the moment; without either, one with all others that have neither. */
const deviceOf = (id: string | undefined, name: string | undefined): string =>
  id === undefined ? `name ${name ?? ''}` : `id ${id}`;

/** Lets sessions in: new ones, and those that come back. */
export class Admissions {
  readonly #options: AdmissionsOptions;
  readonly #ofSessions: ReturnType<typeof sessionOptions>;
  #closed = false;

  constructor(options: AdmissionsOptions) {
    this.#options = options;
    this.#ofSessions = sessionOptions(options);
    options.words.answer('hub.session.superseded', ({session, generation}) => {
      options.local.supersede(session, generation);
      return {};
    });
  }

  async admit(identity: Identity, handshake: wire.Handshake): Promise<Admission> {
    if (this.#closed) throw new ParleyError('draining');
    if (handshake.v < protocolFloor) throw new ParleyError('version_unsupported');
    const {resume} = handshake;
    const token = this.#options.consent.connect === undefined ? identity : await this.#consent(identity, handshake);
    const resumed = resume && (await this.#resume(token, resume, handshake));
    return resumed ?? this.#create(token, handshake);
  }

  /** Refuses from now on; what was admitted and has not started yet is sent away when it starts. */
  close(): void {
    this.#closed = true;
  }

  async #consent(identity: Identity, {resume, device}: wire.Handshake): Promise<Identity> {
    const {consent, observer} = this.#options;
    try {
      return (await consent.connect?.(identity, resume ? 'resume' : 'new', device)) ?? identity;
    } catch (error) {
      if (error instanceof LimitReached) observer.limitReached(error.limit);
      throw error;
    }
  }

  async #create(token: Identity, {device, deviceId, attempt = 0}: wire.Handshake): Promise<Admission> {
    const {farewells, local, partings, presence, revoking} = this.#options;
    const {ids, limits, store} = this.#options.hub;
    const {user, name} = token;
    const record = {session: `s_${ids.id()}`, user, name, ...(device !== undefined && {device})};
    const key = ResumeKey.first(ids);
    const arrival = local.expect(record.session, token);
    arrival.place(1);
    return this.#orForget(arrival, async () => {
      await revoking.refuseRevoked(token);
      const asked = {...record, key: key.hashes, attempt, token: tokenFacts(token)};
      const outcome = await store.sessions.create(asked, limits.sessions).catch((error: unknown) => {
        // It may be there all the same, and would count as one of the user's.
        partings.end(record.session, 'unopened');
        throw error;
      });
      if (!outcome.ok) throw new ParleyError('too_many_sessions');
      const {others, displaced} = outcome;
      presence.news.tell(user);
      for (const gone of displaced) void farewells.displaced(gone);
      return this.#admission(arrival, {
        record,
        token,
        key: key.write(1),
        device: deviceOf(deviceId, device),
        generation: 1,
        resumed: false,
        rooms: [],
        others,
      });
    });
  }

  /** Undefined if there is nothing to resume with this key: then a new session is due, and nothing is disclosed. */
  async #resume(
    token: Identity,
    resume: Resume,
    {deviceId, attempt = 0}: wire.Handshake,
  ): Promise<Admission | undefined> {
    const read = ResumeKey.read(resume.key);
    if (read === undefined) return undefined;
    const {user} = token;
    const {farewells, hub, local, words, partings, presence, revoking} = this.#options;
    const {session} = resume;
    const next = read.key.next(hub.ids);
    // Expected before it is asked for: a newer connection may take over before we hear that we had it.
    const arrival = local.expect(session, token);
    return this.#orForget(arrival, async () => {
      await revoking.refuseRevoked(token);
      const outcome = await hub.store.sessions.resume({
        session,
        user,
        attempt,
        token: tokenFacts(token),
        key: {...read.key.hashes, generation: read.generation},
        nextKey: next.hashes.own,
      });
      if (!outcome.ok) {
        local.forget(arrival);
        if (outcome.reason === 'key_reused') await farewells.keyReused(outcome.ended);
        return undefined;
      }
      const {record, generation, previousNode, previousToken} = outcome;
      arrival.place(generation);
      presence.news.tell(user);
      local.supersede(session, generation);
      if (previousNode !== words.node) {
        // Not waited for: the older connection may be on a node that answers nobody.
        void words.insist(previousNode, 'hub.session.superseded', {session, generation});
      }
      try {
        if (await revoking.wasRevoked({user, ...previousToken}, token)) {
          local.forget(arrival);
          await farewells.revoked(session);
          return undefined;
        }
        const {rooms, deleted} = await this.#openRooms(outcome.record, resume);
        const key = next.write(generation);
        return this.#admission(arrival, {
          record,
          token,
          key,
          device: deviceOf(deviceId, record.device),
          generation,
          resumed: true,
          rooms,
          deleted,
          others: 0,
        });
      } catch (error) {
        partings.away({id: session, user, name: record.name, generation});
        throw error;
      }
    });
  }

  #openRooms(record: Parameters<typeof openArrivingRooms>[0], resume: Resume): Promise<ArrivingRooms> {
    const {hubs, hub, roomWords: words} = this.#options;
    const {feeds, sessions} = hub.store;
    const {replayEvents} = hub.limits;
    return openArrivingRooms(record, positionsOf(resume), {hubs, feeds, words, sessions, replayEvents});
  }

  async #orForget<T>(arrival: Arrival, bring: () => Promise<T>): Promise<T> {
    try {
      return await bring();
    } catch (error) {
      this.#options.local.forget(arrival);
      throw error;
    }
  }

  #admission(arrival: Arrival, entrant: Entrant): Admission {
    const {local, partings} = this.#options;
    const {session, user, name} = entrant.record;
    let state: 'admitted' | 'started' | 'abandoned' = 'admitted';
    return {
      session,
      user,
      start: (connection) => {
        if (state !== 'admitted') throw new Error(`an admission that is ${state} cannot be started`);
        state = 'started';
        local.forget(arrival);
        const seated = seatSession(entrant, connection, this.#ofSessions);
        const doom = arrival.doom ?? (this.#closed ? draining : undefined);
        if (doom) {
          for (const {hold} of entrant.rooms) hold.release();
          seated.end(doom.ending, doom.message === undefined ? {} : {message: doom.message});
        } else {
          startSession(seated, {...entrant, rooms: this.#stillTheirs(entrant, arrival)}, this.#options);
          if (arrival.rightsChanged) this.#options.watch.lookAtNewcomer(seated);
          // A client that could not take its replay: the connection ended before its owner knew whom to tell.
          if (!connection.open) seated.dropped();
        }
        return seated;
      },
      abandon: () => {
        if (state !== 'admitted') return;
        state = 'abandoned';
        local.forget(arrival);
        for (const {hold} of entrant.rooms) hold.release();
        // A session whose token was revoked has nobody else who would end it.
        if (arrival.doom && arrival.doom.ending !== 'revoked') return;
        if (entrant.resumed) partings.away({id: session, user, name, generation: entrant.generation});
        // Nobody has got its key, so nobody can come back to it.
        else partings.end(session, 'unopened');
      },
    };
  }

  /** Without the rooms that the user left while the session was on its way. */
  #stillTheirs({record, rooms}: Entrant, arrival: Arrival): readonly ArrivingRoom[] {
    return rooms.filter(({hold}) => {
      const left = arrival.left.has(hold.hub.room);
      if (left) {
        hold.release();
        this.#options.partings.leave(record.session, hold.hub.room);
      }
      return !left;
    });
  }
}
