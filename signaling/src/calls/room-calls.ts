import {
  hasCode,
  people,
  type call,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
  type RoomId,
} from '@parley/protocol';
import type {CallRecords} from '../ports.js';
import {smaller} from './allowance.js';

/** Carries a request to the room's call; rejects with `not_in_call` if there is none. */
export type AskCall = <D extends RequestDefinition>(
  definition: D,
  params: ParamsOf<D> & {room: RoomId},
) => Promise<ResultOf<D>>;

/** What is said of a room's calls and may be changed whether there is one at the moment or not. */
export class RoomCalls {
  readonly #records: Pick<CallRecords, 'settings' | 'setSettings'>;
  /** Those of the server. */
  readonly #limits: call.CallLimits;

  constructor(records: Pick<CallRecords, 'settings' | 'setSettings'>, limits: call.CallLimits) {
    this.#records = records;
    this.#limits = limits;
  }

  async get(room: RoomId, ask: AskCall): Promise<ResultOf<typeof people.get>> {
    const running = await ifAny(ask(people.get, {room}));
    if (running) return running;
    const {lobby, limits} = await this.#records.settings(room);
    const nobody = {peers: [], producers: [], waiting: [], recordable: 'no' as const};
    return {active: false, locked: false, lobby, limits: smaller(this.#limits, limits), ...nobody};
  }

  async setLobby(params: ParamsOf<typeof people.lobby>, ask: AskCall): Promise<void> {
    await this.#records.setSettings(params.room, {lobby: params.enabled});
    // A call that begins meanwhile reads them from the store.
    await ifAny(ask(people.lobby, params));
  }

  /** Answers what holds. */
  async setLimits(params: ParamsOf<typeof people.limits>, ask: AskCall): Promise<call.CallLimits> {
    const {room, ...wanted} = params;
    const changes = Object.entries(wanted).map(([name, most]) => [name, most ?? undefined] as const);
    const after = await this.#records.setSettings(room, {limits: Object.fromEntries(changes)});
    return (await ifAny(ask(people.limits, params))) ?? smaller(this.#limits, after.limits);
  }
}

/** Undefined if the room has no call. */
async function ifAny<R>(asking: Promise<R>): Promise<R | undefined> {
  try {
    return await asking;
  } catch (thrown) {
    if (hasCode(thrown, 'not_in_call')) return undefined;
    throw thrown;
  }
}
