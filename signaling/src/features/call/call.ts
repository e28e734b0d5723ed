import {call as wire, callNews} from '@parley/protocol';
import type {LocalPeers} from '../../calls/local-peers.js';
import type {Owners} from '../../calls/owners.js';
import {on, type Handler} from '../../dispatch/handler.js';
import type {MediaEngine} from '../../ports.js';

export interface CallFeatureOptions {
  readonly peers: LocalPeers;
  readonly media: Pick<MediaEngine, 'rtpCapabilities' | 'iceAccess'>;
  readonly owners: Pick<Owners, 'requireMedia'>;
}

/** The requests of `call.*`: what a client asks, the owner of the room's call answers. */
export function callHandlers({peers, media, owners}: CallFeatureOptions): readonly Handler[] {
  return [
    on(wire.prepare, (_, {session}) => {
      owners.requireMedia();
      // The same on every node, whichever will run the call.
      const {servers, lifetimeMs} = media.iceAccess(session.user);
      return {
        routerRtpCapabilities: media.rtpCapabilities,
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
    on(wire.produce, (params, context) => peers.ask(wire.produce, params, context)),
    on(wire.producerPause, (params, context) => peers.ask(wire.producerPause, params, context)),
    on(wire.producerResume, (params, context) => peers.ask(wire.producerResume, params, context)),
    on(wire.producerClose, (params, context) => peers.ask(wire.producerClose, params, context)),
    on(wire.subscribe, (params, context) => peers.ask(wire.subscribe, params, context)),
    on(wire.consumersReady, (params, context) => peers.ask(wire.consumersReady, params, context)),
    on(wire.consumerSet, (params, context) => peers.ask(wire.consumerSet, params, context)),
    on(callNews.follow, (params, context) => peers.ask(callNews.follow, params, context)),
  ];
}
