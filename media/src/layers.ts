import type {Consumer, Producer} from 'mediasoup/types';
import type {RoomEvent} from './room-events.js';

/** Tells which layer of a video is sent to a receiver, and whether any is, whenever that changes by itself. */
export function followLayers(
  consumer: Pick<Consumer, 'id' | 'paused' | 'producerPaused' | 'on'>,
  producer: Pick<Producer, 'type' | 'score'>,
  tell: (event: RoomEvent) => void,
): void {
  let starved = false;
  let shown = -1;
  consumer.on('layerschange', (layers) => {
    if (consumer.paused || consumer.producerPaused) {
      // It stopped because it was asked to, and begins from nothing.
      shown = -1;
    } else {
      const spatial = layers?.spatialLayer ?? -1;
      if (spatial !== shown)
        tell({kind: 'consumerLayer', consumer: consumer.id, spatial, arriving: arrives(producer, spatial)});
      shown = spatial;
    }
    const now = layers === undefined && !consumer.paused && !consumer.producerPaused;
    if (now === starved) return;
    starved = now;
    tell({kind: now ? 'consumerPaused' : 'consumerResumed', consumer: consumer.id});
  });
}

/** Layers of one encoding cannot be told apart from outside: they are taken to arrive while any does. */
function arrives({type, score}: Pick<Producer, 'type' | 'score'>, above: number): boolean {
  return score.some((stream) => stream.score > 0 && (type !== 'simulcast' || stream.encodingIdx > above));
}

/**
 * How well each arrives that does, from 1 to 10: a camera that nobody is shown is not sent, and of several encodings some
 * may not be. Who falls silent altogether is told by their pulse.
 */
export function arrivals(producers: readonly Pick<Producer, 'paused' | 'score'>[]): readonly number[] {
  const best = producers
    .filter(({paused}) => !paused)
    .map(({score}) => Math.max(0, ...score.map((stream) => stream.score)));
  return best.filter((score) => score > 0);
}
