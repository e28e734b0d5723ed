import type {callData, media, ParamsOf, PayloadOf, SessionId} from '@parley/protocol';
import type {Peer} from './call-state.js';

export type ChannelParams = ParamsOf<typeof callData.produce>;
export type ChannelEnding = PayloadOf<typeof callData.closed>['reason'];

/** A data channel that a peer opened. */
export interface CallChannel {
  readonly id: string;
  readonly peer: Peer;
  readonly transport: string;
  readonly label: string;
  readonly protocol: string;
  /** Whom it is for; undefined: for all. */
  readonly to: ReadonlySet<SessionId> | undefined;
  readonly ends: Set<ChannelEnd>;
  /** Those who have set up their end, as far as its peer was told. */
  told: ReadonlySet<SessionId>;
}

/** The end of it that another peer has. */
export interface ChannelEnd {
  readonly id: string;
  readonly peer: Peer;
  readonly transport: string;
  readonly channel: CallChannel;
  readonly sctpStreamParameters: media.SctpStreamParameters;
  /** The client has it set up. */
  ready: boolean;
}

export const receiversOf = ({ends}: CallChannel): ReadonlySet<SessionId> =>
  new Set([...ends].filter(({ready}) => ready).map(({peer}) => peer.session));

export function offerOf({id, transport, channel, sctpStreamParameters}: ChannelEnd): callData.DataOffer {
  const {id: dataProducer, peer, label, protocol} = channel;
  return {dataConsumer: id, transport, dataProducer, peer: peer.session, label, protocol, sctpStreamParameters};
}
