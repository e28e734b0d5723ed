import type {Ear} from './ear.js';
import type {RtpStream} from './rtp-stream.js';
import type {TrackSpec} from './track.js';

/** A peer of whatever forwards: it is sent all that the others in its room publish. */
export interface MediaPeer {
  readonly ear: Ear;
  /** Resolves when both of its transports carry packets. */
  join(): Promise<void>;
  /** Publishes a synthetic track, which flows from then on. */
  publish(track: TrackSpec): Promise<RtpStream>;
}
