import type {MediaKind, RtpParameters} from 'mediasoup/types';

export interface ProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  /** Somebody speaks on it. Default: nobody. */
  readonly voice?: boolean;
}
