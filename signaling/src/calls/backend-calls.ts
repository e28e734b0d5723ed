import {
  hasCode,
  ParleyError,
  people,
  type ParamsOf,
  type RequestDefinition,
  type RoomId,
  type SessionId,
} from '@parley/protocol';
import type {CallAdministration, CallChange, CallDestination, CallOverview, NamePage} from '../administration.js';
import type {NodeBus, RoomDirectory} from '../ports.js';
import {requireRoom} from '../rooms/absence.js';
import {merged, readLines} from './call-list.js';
import type {Owners} from './owners.js';
import type {AskCall, RoomCalls} from './room-calls.js';
import {backend, methods, readResult} from './words.js';

export interface BackendCallsOptions {
  readonly bus: NodeBus;
  readonly rooms: Pick<RoomDirectory, 'get' | 'tombstone'>;
  readonly owners: Pick<Owners, 'ask' | 'holder' | 'takers'>;
  readonly roomCalls: RoomCalls;
}

/** How long a node is waited for that is to say which calls it runs. */
const listDeadlineMs = 2_000;

/** So many of a node's calls are looked at when nodes are compared. */
const mostWeighed = 1_000;

/** Calls as backends see and moderate them: what they ask goes to the call's owner like what members ask. */
export class BackendCalls implements CallAdministration {
  readonly #options: BackendCallsOptions;

  constructor(options: BackendCallsOptions) {
    this.#options = options;
  }

  async list({after, limit}: NamePage): ReturnType<CallAdministration['list']> {
    const nodes = this.#options.bus.nodes().map(({node}) => node);
    const pages = await this.#lines(nodes, {limit: limit + 1, ...(after !== undefined && {after})});
    const missing = nodes.filter((node) => !pages.has(node));
    return {...merged([...pages.values()], limit), missing};
  }

  async get(room: RoomId): ReturnType<CallAdministration['get']> {
    await requireRoom(this.#options.rooms, room);
    let node: string | undefined;
    const standing = await this.#options.roomCalls.get(room, async (definition, params) => {
      const {owner, data} = await this.#carry(definition, params);
      node = owner;
      return readResult(definition, data);
    });
    return {room, ...(node !== undefined && {node}), ...standing};
  }

  /** The lock first: it is what may be refused. */
  async set(room: RoomId, {locked, lobby, limits}: CallChange): ReturnType<CallAdministration['set']> {
    await requireRoom(this.#options.rooms, room);
    const {roomCalls} = this.#options;
    if (locked !== undefined) await this.#act(people.lock, {room, locked});
    if (lobby !== undefined) await roomCalls.setLobby({room, enabled: lobby}, this.#ask);
    if (limits !== undefined) await roomCalls.setLimits({room, ...limits}, this.#ask);
    const after = await roomCalls.get(room, this.#ask);
    return {locked: after.locked, lobby: after.lobby, limits: after.limits};
  }

  admit(room: RoomId, sessions: 'all' | SessionId[]): Promise<void> {
    return this.#act(people.admit, {room, sessions});
  }

  deny(room: RoomId, sessions: 'all' | SessionId[]): Promise<void> {
    return this.#act(people.deny, {room, sessions});
  }

  mute(room: RoomId, whom: Parameters<CallAdministration['mute']>[1]): Promise<void> {
    return this.#act(people.mute, {room, ...whom});
  }

  kick(room: RoomId, peer: SessionId): Promise<void> {
    return this.#act(people.kick, {room, peer});
  }

  end(room: RoomId): Promise<void> {
    return this.#act(people.end, {room});
  }

  /** Of a room that is no more; without a call there is nothing to do. */
  async endOfDeleted(room: RoomId): Promise<void> {
    if ((await this.#options.owners.holder(room)) === undefined) return;
    try {
      await this.#ask(people.end, {room});
    } catch (thrown) {
      if (!hasCode(thrown, 'not_in_call')) throw thrown;
    }
  }

  record(room: RoomId, recording: boolean, options: {readonly mixed?: boolean} = {}): Promise<void> {
    return this.#act(people.record, {room, recording, ...options});
  }

  async move(room: RoomId, {node, otherWorker = false}: CallDestination): ReturnType<CallAdministration['move']> {
    await requireRoom(this.#options.rooms, room);
    const {bus, owners} = this.#options;
    const owner = await owners.holder(room);
    if (owner === undefined) throw new ParleyError('unknown_call');
    if (otherWorker) {
      if (node !== undefined && node !== owner)
        throw new ParleyError('invalid_payload', {
          field: 'node',
          message: 'Another worker is one of the call’s own node.',
        });
      await this.#renew(owner, room);
      return {node: owner};
    }
    const to = node ?? (await this.#leastLoaded(owner));
    if (!owners.takers.includes(to))
      throw new ParleyError('invalid_payload', {field: 'node', message: 'No node of this name has media and stays.'});
    if (to !== owner) await bus.request(owner, methods.move, {room, to});
    return {node: to};
  }

  async #renew(owner: string, room: RoomId): Promise<void> {
    try {
      await this.#options.bus.request(owner, methods.renew, {room});
    } catch (thrown) {
      if (!hasCode(thrown, 'media_refused')) throw thrown;
      const message = 'No media worker of the node that runs the call is without it.';
      throw new ParleyError('invalid_payload', {field: 'otherWorker', message, cause: thrown});
    }
  }

  /** Of the other nodes that calls can go to: the one with the fewest peers in its calls. */
  async #leastLoaded(owner: string): Promise<string> {
    const others = this.#options.owners.takers.filter((node) => node !== owner);
    const loads = [...(await this.#lines(others, {limit: mostWeighed}))].map(([node, lines]) => ({
      node,
      peers: lines.reduce((sum, {peers}) => sum + peers, 0),
    }));
    const [least] = loads.sort((one, other) => one.peers - other.peers || (one.node < other.node ? -1 : 1));
    if (least === undefined) throw new ParleyError('unavailable', {message: 'No other node can run a call now.'});
    return least.node;
  }

  /** What each node runs; those that do not answer in time are not among them. */
  async #lines(nodes: readonly string[], page: NamePage): Promise<ReadonlyMap<string, readonly CallOverview[]>> {
    const {bus} = this.#options;
    const answers = await Promise.allSettled(
      nodes.map(async (node) => {
        const lines = readLines(await bus.request(node, methods.list, page, {deadlineMs: listDeadlineMs}));
        return [node, lines.map((line) => ({...line, node}))] as const;
      }),
    );
    return new Map(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
  }

  readonly #ask: AskCall = async (definition, params) =>
    readResult(definition, (await this.#carry(definition, params)).data);

  #carry({name}: RequestDefinition, params: {room: RoomId}): ReturnType<Owners['ask']> {
    return this.#options.owners.ask({room: params.room, name, params, peer: backend});
  }

  async #act<D extends RequestDefinition>(definition: D, params: ParamsOf<D> & {room: RoomId}): Promise<void> {
    await requireRoom(this.#options.rooms, params.room);
    try {
      await this.#ask(definition, params);
    } catch (thrown) {
      if (hasCode(thrown, 'not_in_call')) throw new ParleyError('unknown_call');
      throw thrown;
    }
  }
}
