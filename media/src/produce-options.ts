import type {MediaKind, RtpParameters} from 'mediasoup/types';

/** At most one key frame is asked of a sender in this time, however many begin to watch. */
export const keyFrameRequestDelay = 500;

export interface ProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  /** Somebody speaks on it. Default: nobody. */
  readonly voice?: boolean;
}
