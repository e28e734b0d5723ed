import type {Consumer, PlainTransport, Producer, Router, RtpCapabilities} from 'mediasoup/types';

const host = '127.0.0.1';

/** Where a track goes on this host: RTP to one port, its sender's reports to another. */
export interface TapPorts {
  readonly rtp: number;
  readonly rtcp: number;
}

/** A producer as it is sent, paused at first, to ports of this host. */
export interface Tap {
  readonly transport: PlainTransport;
  readonly consumer: Consumer;
}

/** By which a receiver says what passes. A file says nothing: the worker would keep to 600 kb/s, and fill what is free with packets of its own. */
const estimates = new Set<string | undefined>(['transport-cc', 'goog-remb']);

const withoutEstimates = ({codecs = [], ...rest}: RtpCapabilities): RtpCapabilities => ({
  ...rest,
  codecs: codecs.map(({rtcpFeedback = [], ...codec}) => ({
    ...codec,
    rtcpFeedback: rtcpFeedback.filter(({type}) => !estimates.has(type)),
  })),
});

/** Rejects as the worker does, and leaves nothing then. */
export async function openTap(router: Router, producer: Producer, {rtp, rtcp}: TapPorts): Promise<Tap> {
  const transport = await router.createPlainTransport({
    listenInfo: {protocol: 'udp', ip: host},
    rtcpMux: false,
    comedia: false,
  });
  try {
    await transport.connect({ip: host, port: rtp, rtcpPort: rtcp});
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities: withoutEstimates(router.rtpCapabilities),
      paused: true,
      enableRtx: false,
    });
    return {transport, consumer};
  } catch (thrown) {
    transport.close();
    throw thrown;
  }
}
