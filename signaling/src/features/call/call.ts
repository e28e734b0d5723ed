import {
  call as wire,
  callData,
  callNews,
  callReceiving,
  callRehearsal,
  usualVideoCodecs,
  type RoomId,
  type SessionId,
  type VideoCodec,
} from '@parley/protocol';
import type {LocalPeers} from '../../calls/local-peers.js';
import type {Owners} from '../../calls/owners.js';
import {on, type Handler} from '../../dispatch/handler.js';
import type {MediaEngine, RoomDirectory} from '../../ports.js';
import {capabilitiesWith, requireCodec} from './video-codecs.js';

export interface CallFeatureOptions {
  readonly peers: LocalPeers;
  readonly media: Pick<MediaEngine, 'rtpCapabilities' | 'iceAccess'>;
  readonly rooms: Pick<RoomDirectory, 'get'>;
  readonly owners: Pick<Owners, 'requireMedia'>;
  /** Closes the session's connection as if its node were lost. */
  readonly disconnect: (session: SessionId) => void;
}

/** The requests of `call.*`: what a client asks, the owner of the room's call answers. */
export function callHandlers({peers, media, rooms, owners, disconnect}: CallFeatureOptions): readonly Handler[] {
  /** As they are now: who publishes next goes by them, also in a call that goes on. */
  const codecsOf = async (room: RoomId): Promise<readonly VideoCodec[]> =>
    (await rooms.get(room))?.videoCodecs ?? usualVideoCodecs;
  return [
    on(wire.prepare, async ({room}, {session}) => {
      owners.requireMedia();
      const codecs = await codecsOf(room);
      // The same on every node, whichever will run the call.
      const {servers, lifetimeMs} = media.iceAccess(session.user);
      return {
        routerRtpCapabilities: capabilitiesWith(codecs, media.rtpCapabilities),
        iceServers: [...servers],
        ...(lifetimeMs !== undefined && {iceLifetimeMs: lifetimeMs}),
      };
    }),
    on(wire.join, (params, context) => {
      owners.requireMedia();
      return peers.join(params, context);
    }),
    on(wire.leave, (params, context) => peers.leave(params, context)),
    on(wire.sync, (params, context) => peers.sync(params, context)),
    on(wire.transportCreate, (params, context) => peers.ask(wire.transportCreate, params, context)),
    on(wire.transportConnect, (params, context) => peers.ask(wire.transportConnect, params, context)),
    on(wire.transportRestartIce, (params, context) => peers.ask(wire.transportRestartIce, params, context)),
    on(wire.produce, async (params, context) => {
      if (params.kind === 'video') requireCodec(await codecsOf(params.room), params.rtpParameters);
      return peers.ask(wire.produce, params, context);
    }),
    on(wire.producerPause, (params, context) => peers.ask(wire.producerPause, params, context)),
    on(wire.producerResume, (params, context) => peers.ask(wire.producerResume, params, context)),
    on(wire.producerClose, (params, context) => peers.ask(wire.producerClose, params, context)),
    on(wire.subscribe, (params, context) => peers.ask(wire.subscribe, params, context)),
    on(wire.consumersReady, (params, context) => peers.ask(wire.consumersReady, params, context)),
    on(wire.consumerSet, (params, context) => peers.ask(wire.consumerSet, params, context)),
    on(callRehearsal.simulate, async (params, context) => {
      const result = await peers.ask(callRehearsal.simulate, params, context);
      const {session, afterReply} = context;
      if (params.mishap.kind === 'signaling')
        afterReply(() => {
          disconnect(session.id);
        });
      return result;
    }),
    on(callReceiving.receive, (params, context) => peers.ask(callReceiving.receive, params, context)),
    on(callData.produce, (params, context) => peers.ask(callData.produce, params, context)),
    on(callData.close, (params, context) => peers.ask(callData.close, params, context)),
    on(callData.ready, (params, context) => peers.ask(callData.ready, params, context)),
    on(callNews.follow, (params, context) => peers.ask(callNews.follow, params, context)),
  ];
}
