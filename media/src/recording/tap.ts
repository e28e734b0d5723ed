import type {Consumer, PlainTransport, Producer, Router} from 'mediasoup/types';

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

/** Rejects as the worker does, and leaves nothing then. */
export async function openTap(router: Router, producer: Producer, {rtp, rtcp}: TapPorts): Promise<Tap> {
  const transport = await router.createPlainTransport({
    listenInfo: {protocol: 'udp', ip: host},
    rtcpMux: false,
    comedia: false,
  });
  try {
    await transport.connect({ip: host, port: rtp, rtcpPort: rtcp});
    const {rtpCapabilities} = router;
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities,
      paused: true,
      enableRtx: false,
    });
    return {transport, consumer};
  } catch (thrown) {
    transport.close();
    throw thrown;
  }
}
