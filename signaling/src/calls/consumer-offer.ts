import type {call as wire} from '@parley/protocol';
import type {CallConsumer} from './call-state.js';

export function consumerOffer({info, transport, producer, withheld, replaces}: CallConsumer): wire.ConsumerOffer {
  return {
    consumer: info.consumer,
    transport,
    producer: producer.id,
    peer: producer.peer.session,
    kind: info.kind,
    source: producer.source,
    type: info.type,
    rtpParameters: info.rtpParameters,
    producerPaused: producer.paused,
    withheld,
    ...(replaces !== undefined && {replaces}),
  };
}
