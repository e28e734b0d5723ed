import type {MediaObserver} from './observer.js';
import type {PathMeasure, PathSide} from './room-events.js';
import type {RoomTransport} from './room-transport.js';

/** How well a peer is reached, by what its transports and what is on them say. Rejects if one is closed meanwhile. */
export async function measurePath(
  transports: readonly RoomTransport[],
  observer: MediaObserver | undefined,
): Promise<PathMeasure> {
  let up: PathSide | undefined;
  let down: PathSide | undefined;
  let roundTripMs: number | undefined;
  await Promise.all(
    transports.map(async (transport) => {
      const stats = await transport.stats();
      if (stats === undefined) return;
      if (transport.direction === 'send') {
        up = {loss: stats.rtpPacketLossReceived ?? 0, score: transport.sendingScore};
        observer?.carried('send', {...transport.passed(stats), loss: up.loss, roundTripMs: undefined});
      } else {
        down = {loss: stats.rtpPacketLossSent ?? 0, score: transport.receivingScore};
        roundTripMs = await transport.roundTripMs();
        observer?.carried('receive', {...transport.passed(stats), loss: down.loss, roundTripMs});
      }
    }),
  );
  return {up, down, roundTripMs};
}
