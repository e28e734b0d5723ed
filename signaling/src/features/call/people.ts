import {LimitReached, people} from '@parley/protocol';
import type {LocalPeers} from '../../calls/local-peers.js';
import type {Owners} from '../../calls/owners.js';
import type {AskCall, RoomCalls} from '../../calls/room-calls.js';
import {on, type Handler, type RequestContext} from '../../dispatch/handler.js';
import {KeyedBuckets} from '../../limits/keyed-buckets.js';
import type {Clock} from '../../ports.js';

export interface PeopleFeatureOptions {
  readonly peers: LocalPeers;
  readonly owners: Pick<Owners, 'requireMedia'>;
  readonly clock: Clock;
  readonly rooms: RoomCalls;
}

/** The requests of `call.*` that are about people: the owner of the room's call answers them, if there is a call. */
export function peopleHandlers({peers, owners, clock, rooms}: PeopleFeatureOptions): readonly Handler[] {
  const buckets = new KeyedBuckets<string>(people.gestures);
  const paced = ({session}: RequestContext): void => {
    const waitMs = buckets.take(session.id, clock.now());
    if (waitMs > 0) throw new LimitReached('call_gestures', {retryAfterMs: waitMs});
  };
  const as =
    (context: RequestContext): AskCall =>
    (definition, params) =>
      peers.ask(definition, params, context);

  return [
    on(people.knock, (params, context) => {
      owners.requireMedia();
      return peers.knock(params, context);
    }),
    on(people.get, ({room}, context) => rooms.get(room, as(context))),
    on(people.lobby, async (params, context) => {
      await rooms.setLobby(params, as(context));
      return {};
    }),
    on(people.limits, (params, context) => rooms.setLimits(params, as(context))),
    on(people.admit, (params, context) => peers.ask(people.admit, params, context)),
    on(people.deny, (params, context) => peers.ask(people.deny, params, context)),
    on(people.lock, (params, context) => peers.ask(people.lock, params, context)),
    on(people.mute, (params, context) => peers.ask(people.mute, params, context)),
    on(people.kick, (params, context) => peers.ask(people.kick, params, context)),
    on(people.record, (params, context) => peers.ask(people.record, params, context)),
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
