import {
  ParleyError,
  people,
  type ParamsOf,
  type RequestDefinition,
  type RoomId,
  type SessionId,
} from '@parley/protocol';
import type {CallAdministration, CallChange, NamePage} from '../administration.js';
import type {NodeBus, RoomDirectory} from '../ports.js';
import {merged, readLines} from './call-list.js';
import type {Owners} from './owners.js';
import type {AskCall, RoomCalls} from './room-calls.js';
import {backend, methods, readResult} from './words.js';

export interface BackendCallsOptions {
  readonly bus: NodeBus;
  readonly rooms: Pick<RoomDirectory, 'get'>;
  readonly owners: Pick<Owners, 'ask'>;
  readonly roomCalls: RoomCalls;
}

/** How long a node is waited for that is to say which calls it runs. */
const listDeadlineMs = 2_000;

/** Calls as backends see and moderate them: what they ask goes to the call's owner like what members ask. */
export class BackendCalls implements CallAdministration {
  readonly #options: BackendCallsOptions;

  constructor(options: BackendCallsOptions) {
    this.#options = options;
  }

  async list({after, limit}: NamePage): ReturnType<CallAdministration['list']> {
    const {bus} = this.#options;
    const nodes = bus.nodes().map(({node}) => node);
    const question = {limit: limit + 1, ...(after !== undefined && {after})};
    const answers = await Promise.allSettled(
      nodes.map(async (node) => {
        const lines = readLines(await bus.request(node, methods.list, question, {deadlineMs: listDeadlineMs}));
        return lines.map((line) => ({...line, node}));
      }),
    );
    const missing = nodes.filter((_, index) => answers[index]?.status === 'rejected');
    const pages = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    return {...merged(pages, limit), missing};
  }

  async get(room: RoomId): ReturnType<CallAdministration['get']> {
    await this.#requireRoom(room);
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
    await this.#requireRoom(room);
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

  readonly #ask: AskCall = async (definition, params) =>
    readResult(definition, (await this.#carry(definition, params)).data);

  #carry({name}: RequestDefinition, params: {room: RoomId}): ReturnType<Owners['ask']> {
    return this.#options.owners.ask({room: params.room, name, params, peer: backend});
  }

  async #act<D extends RequestDefinition>(definition: D, params: ParamsOf<D> & {room: RoomId}): Promise<void> {
    await this.#requireRoom(params.room);
    try {
      await this.#ask(definition, params);
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.code === 'not_in_call') throw new ParleyError('unknown_call');
      throw thrown;
    }
  }

  async #requireRoom(room: RoomId): Promise<void> {
    if (!(await this.#options.rooms.get(room))) throw new ParleyError('unknown_room');
  }
}
