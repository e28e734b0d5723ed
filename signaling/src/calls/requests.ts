import {
  call as wire,
  callData,
  callNews,
  callReceiving,
  callRehearsal,
  ParleyError,
  people,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
} from '@parley/protocol';
import {parseParams} from '../dispatch/parse-params.js';
import type {Peer} from './call-state.js';
import {consumerOffer} from './consumer-offer.js';
import type {CallParts} from './call-parts.js';
import {standingOf} from './standing-of.js';

type Request = (peer: Peer, params: unknown) => Promise<unknown>;

/** What a peer may ask of its call. The parameters are parsed once more here: they have been on the bus. */
export function peerRequests(
  parts: CallParts,
  onMishap: (peer: Peer, mishap: callRehearsal.Mishap) => void,
): ReadonlyMap<string, Request> {
  const {
    state,
    transports,
    producers,
    consumers,
    channels,
    choosing,
    changes,
    offers,
    roster,
    profiles,
    reactions,
    speech,
    quality,
    times,
  } = parts;
  const requests = new Map<string, Request>();
  const on = <D extends RequestDefinition>(
    definition: D,
    run: (peer: Peer, params: ParamsOf<D>) => ResultOf<D> | Promise<ResultOf<D>>,
  ): void => {
    requests.set(definition.name, async (peer, params) => run(peer, parseParams(definition, params)));
  };

  on(wire.leave, (peer) => {
    roster.remove(peer);
    return {};
  });
  on(wire.transportCreate, (peer, {id, direction, replaces}) =>
    peer.answers.once(id, [wire.transportCreate.name, direction, replaces], async () => {
      const created = await transports.create(peer, direction, replaces);
      roster.refresh(peer);
      return created;
    }),
  );
  on(wire.transportConnect, async (peer, params) => {
    await transports.connect(peer, params);
    return {};
  });
  on(wire.transportRestartIce, (peer, params) => transports.restartIce(peer, params));
  on(wire.produce, (peer, params) =>
    peer.answers.once(params.id, [wire.produce.name, params], async () => {
      const producer = await producers.produce(peer, params);
      const {id, paused} = producer;
      parts.recording.published(producer);
      roster.refresh(peer);
      offers.lookForAll();
      return {producer: id, paused};
    }),
  );
  on(wire.producerPause, async (peer, {producer}) => {
    await producers.setPaused(peer, producer, true);
    return {};
  });
  on(wire.producerResume, async (peer, {producer}) => {
    await producers.setPaused(peer, producer, false);
    offers.lookForAll();
    return {};
  });
  on(wire.producerClose, (peer, {producer}) => {
    const own = peer.producers.get(producer);
    if (own !== undefined) producers.drop(own);
    return {};
  });
  on(wire.subscribe, (peer, {transport, producers: wanted, data = false}) => {
    if (peer.standing(transport)?.direction !== 'receive') throw new ParleyError('unknown_media');
    peer.wanted = wanted === 'all' ? {kind: 'all', transport} : {kind: 'listed', transport, producers: new Set(wanted)};
    consumers.drop([...peer.consumers.values()].filter(({producer}) => !peer.wants(producer)));
    peer.dataTransport = data ? transport : undefined;
    if (!data) channels.without(peer, 'ends');
    offers.look(peer);
    return {};
  });
  on(wire.consumersReady, async (peer, {consumers: ids}) => {
    await consumers.ready(peer, ids);
    times.look(peer);
    return {};
  });
  on(wire.consumerSet, async (peer, {room: _room, consumer, ...wishes}) => {
    await consumers.set(peer, consumer, wishes);
    return {};
  });
  on(callReceiving.receive, async (peer, {videos, voices}) => {
    // Null is as many as there are.
    if (videos !== undefined) peer.receives = {...peer.receives, videos: videos ?? undefined};
    if (voices !== undefined) peer.receives = {...peer.receives, voices: voices ?? undefined};
    await choosing.look(peer);
    speech.followersChanged();
    return {};
  });
  on(callData.produce, (peer, params) =>
    peer.answers.once(params.id, [callData.produce.name, params], async () => {
      const {id} = await channels.open(peer, params);
      offers.lookForAll();
      return {dataProducer: id};
    }),
  );
  on(callData.close, (peer, {dataProducer}) => {
    channels.closeOwn(peer, dataProducer);
    return {};
  });
  on(callData.ready, async (peer, {dataConsumers}) => {
    await channels.ready(peer, dataConsumers);
    return {};
  });
  on(callNews.follow, (peer, {topics}) => {
    peer.follows = new Set(topics);
    speech.followersChanged();
    if (peer.follows.has('speaker')) speech.introduce(peer);
    if (peer.follows.has('quality')) quality.introduce(peer);
    return {};
  });
  on(callRehearsal.simulate, (peer, {mishap}) => {
    onMishap(peer, mishap);
    roster.refresh(peer);
    return {};
  });
  on(people.hand, (peer, {raised}) => {
    profiles.raiseHand(peer, raised);
    return {};
  });
  on(people.react, (peer, {reaction}) => {
    reactions.add(peer, reaction);
    return {};
  });
  on(people.profile, (peer, {name, metadata}) => {
    if (name !== undefined) profiles.rename(peer, name);
    if (metadata !== undefined) profiles.describe(peer, metadata);
    return {};
  });
  on(wire.sync, (peer) => {
    const own = [...peer.consumers.values()].filter(({held}) => !held);
    offers.expect(own);
    changes.knows(peer);
    offers.look(peer);
    return {
      peer: peer.session,
      ...state.snapshot(peer),
      ...standingOf(parts),
      transports: [...peer.transports.values()]
        .filter(({media}) => media !== 'failed' && media !== 'closed')
        .map(({id, direction}) => ({transport: id, direction})),
      consumers: own.map((consumer) => ({
        ...consumerOffer(consumer),
        ready: consumer.ready,
        paused: consumer.paused,
        starved: consumer.starved,
      })),
      ...channels.standing(peer),
      watched: [...peer.producers.values()]
        .filter(({kind}) => kind === 'video')
        .map(({id, watched}) => ({producer: id, spatial: watched})),
      quality: quality.notGood,
      speaker: state.speaker?.session ?? null,
    };
  });
  return requests;
}
