import {
  LimitReached,
  ParleyError,
  people,
  type call,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
  type RoomId,
} from '@parley/protocol';
import {smaller} from '../../calls/allowance.js';
import type {LocalPeers} from '../../calls/local-peers.js';
import type {Owners} from '../../calls/owners.js';
import {on, type Handler, type RequestContext} from '../../dispatch/handler.js';
import {KeyedBuckets} from '../../limits/keyed-buckets.js';
import type {CallRecords, Clock} from '../../ports.js';

export interface PeopleFeatureOptions {
  readonly peers: LocalPeers;
  readonly owners: Pick<Owners, 'requireMedia'>;
  readonly clock: Clock;
  readonly records: Pick<CallRecords, 'settings' | 'setSettings'>;
  /** Those of the server. */
  readonly limits: call.CallLimits;
}

/** The requests of `call.*` that are about people: the owner of the room's call answers them, if there is a call. */
export function peopleHandlers({peers, owners, clock, records, limits}: PeopleFeatureOptions): readonly Handler[] {
  const buckets = new KeyedBuckets<string>(people.gestures);
  const paced = ({session}: RequestContext): void => {
    const waitMs = buckets.take(session.id, clock.now());
    if (waitMs > 0) throw new LimitReached('call_gestures', {retryAfterMs: waitMs});
  };
  /** Undefined if the room has no call. */
  const askIfAny = async <D extends RequestDefinition>(
    definition: D,
    params: ParamsOf<D> & {room: RoomId},
    context: RequestContext,
  ): Promise<ResultOf<D> | undefined> => {
    try {
      return await peers.ask(definition, params, context);
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.code === 'not_in_call') return undefined;
      throw thrown;
    }
  };

  return [
    on(people.knock, (params, context) => {
      owners.requireMedia();
      return peers.knock(params, context);
    }),
    on(people.get, async (params, context) => {
      const running = await askIfAny(people.get, params, context);
      if (running) return running;
      const {lobby, limits: room} = await records.settings(params.room);
      return {active: false, peers: [], locked: false, lobby, limits: smaller(limits, room), waiting: []};
    }),
    on(people.lobby, async (params, context) => {
      await records.setSettings(params.room, {lobby: params.enabled});
      // A call that begins meanwhile reads them from the store.
      await askIfAny(people.lobby, params, context);
      return {};
    }),
    on(people.limits, async (params, context) => {
      const {room, ...wanted} = params;
      const changes = Object.entries(wanted).map(([name, most]) => [name, most ?? undefined] as const);
      const after = await records.setSettings(room, {limits: Object.fromEntries(changes)});
      return (await askIfAny(people.limits, params, context)) ?? smaller(limits, after.limits);
    }),
    on(people.admit, (params, context) => peers.ask(people.admit, params, context)),
    on(people.deny, (params, context) => peers.ask(people.deny, params, context)),
    on(people.lock, (params, context) => peers.ask(people.lock, params, context)),
    on(people.mute, (params, context) => peers.ask(people.mute, params, context)),
    on(people.kick, (params, context) => peers.ask(people.kick, params, context)),
    on(people.end, (params, context) => peers.ask(people.end, params, context)),
    on(people.handsLower, (params, context) => peers.ask(people.handsLower, params, context)),
    on(people.hand, (params, context) => {
      paced(context);
      return peers.ask(people.hand, params, context);
    }),
    on(people.react, (params, context) => {
      paced(context);
      return peers.ask(people.react, params, context);
    }),
    on(people.profile, (params, context) => {
      paced(context);
      return peers.ask(people.profile, params, context);
    }),
  ];
}
