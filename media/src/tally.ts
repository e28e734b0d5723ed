import type {Consumer, MediaKind, Producer} from 'mediasoup/types';
import type {TransportState} from './room-events.js';

type TransportCounts = Record<'new' | TransportState, number>;
type TrackCounts = Record<'live' | 'paused', number>;
type LayerCounts = Record<'none' | '0' | '1' | '2', number>;

const noTransports = (): TransportCounts => ({new: 0, connected: 0, disconnected: 0, failed: 0, closed: 0});
const noTracks = (): TrackCounts => ({live: 0, paused: 0});
const highestLayer = 2;

/** How much of what there is, counted at one moment from what is known here: no worker is asked. */
export class Tally {
  readonly transports: Record<'send' | 'receive', TransportCounts> = {send: noTransports(), receive: noTransports()};
  readonly producers: Record<MediaKind, TrackCounts> = {audio: noTracks(), video: noTracks()};
  readonly consumers: Record<MediaKind, TrackCounts> = {audio: noTracks(), video: noTracks()};
  /** Consumers of layered video that go, by the spatial layer that they are sent; `none`: the path carries none. */
  readonly layers: LayerCounts = {none: 0, '0': 0, '1': 0, '2': 0};

  /** Ends of pipes to other hosts, by whether they know the other end. */
  readonly hostPipes = {connected: 0, new: 0};

  hostPipe(state: 'connected' | 'new'): void {
    this.hostPipes[state] += 1;
  }

  transport(direction: 'send' | 'receive', state: 'new' | TransportState): void {
    this.transports[direction][state] += 1;
  }

  producer({kind, paused}: Producer): void {
    this.producers[kind][paused ? 'paused' : 'live'] += 1;
  }

  consumer({kind, paused, producerPaused, type, currentLayers}: Consumer): void {
    const live = !paused && !producerPaused;
    this.consumers[kind][live ? 'live' : 'paused'] += 1;
    if (!live || (type !== 'simulcast' && type !== 'svc')) return;
    const spatial = currentLayers === undefined ? undefined : Math.min(currentLayers.spatialLayer, highestLayer);
    this.layers[spatial === undefined ? 'none' : (String(spatial) as keyof LayerCounts)] += 1;
  }
}
