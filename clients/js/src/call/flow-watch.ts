import type {types} from 'mediasoup-client';
import type {Clock, Timer} from '../clock.js';

const lookMs = 100;
/** Statistics cost milliseconds: where nothing flows anyway, this often will do. */
const idleStatsMs = 1_000;
/** The longest pause of a voice that says nothing: Opus then sends a packet every 400 ms (RFC 6716, 2.1.9). */
const pauseMs = 450;
/** Signaling is well and still nothing comes: only media lost its path, by a NAT that forgot it for instance. */
const stallMs = 1_500;

export interface Flow {
  /** Those of this moment. */
  readonly transports: () => readonly types.Transport[];
  /** Of what is received at present. */
  readonly receivers: () => Iterable<RTCRtpReceiver | undefined>;
}

export interface FlowListener {
  /** It has just gone quiet. Once in each silence. */
  onQuiet(): void;
  /** It has been quiet for long. Once in each silence. */
  onStalled(): void;
}

/**
 * Hears within half a second that media does not flow any more; ICE takes seven seconds to say so. Packets of media count,
 * and the reports of the receiver of what is sent: whoever neither hears nor sends anything is told nothing.
 */
export class FlowWatch {
  readonly #clock: Clock;
  readonly #flow: Flow;
  readonly #listener: FlowListener;
  #timer: Timer;
  #newest = 0;
  /** At the last look; unknown while receivers told enough. */
  #bytes: number | undefined;
  #heardAt: number;
  #statsAt = 0;
  /** What was told of this silence, if it is one: before the first packet there is none. */
  #told: 'not begun' | 'nothing' | 'quiet' | 'stalled' = 'not begun';
  #closed = false;

  constructor(clock: Clock, flow: Flow, listener: FlowListener) {
    this.#clock = clock;
    this.#flow = flow;
    this.#listener = listener;
    this.#heardAt = clock.now();
    this.#timer = this.#next();
  }

  /** Whether something was flowing, and nothing has come for longer than a voice pauses. */
  get quiet(): boolean {
    return this.#told === 'quiet' || this.#told === 'stalled';
  }

  close(): void {
    this.#closed = true;
    this.#timer.cancel();
  }

  #next(): Timer {
    return this.#clock.after(lookMs, () => {
      // What cannot be looked at now is looked at the next time.
      void this.#look()
        .catch(() => undefined)
        .then(() => {
          if (!this.#closed) this.#timer = this.#next();
        });
    });
  }

  async #look(): Promise<void> {
    if (this.#newestArrival() || (await this.#moreBytes())) {
      this.#heardAt = this.#clock.now();
      this.#told = 'nothing';
      return;
    }
    if (this.#closed) return;
    const silentMs = this.#clock.now() - this.#heardAt;
    if (this.#told === 'nothing' && silentMs >= pauseMs) {
      this.#told = 'quiet';
      this.#listener.onQuiet();
    } else if (this.#told === 'quiet' && silentMs >= stallMs) {
      this.#told = 'stalled';
      this.#listener.onStalled();
    }
  }

  /** Whether a receiver got something since the last look; costs next to nothing, unlike statistics. */
  #newestArrival(): boolean {
    let newest = this.#newest;
    for (const receiver of this.#flow.receivers()) {
      for (const {timestamp} of receiver?.getSynchronizationSources() ?? []) newest = Math.max(newest, timestamp);
    }
    const heard = newest > this.#newest;
    this.#newest = newest;
    if (heard) this.#bytes = undefined;
    return heard;
  }

  async #moreBytes(): Promise<boolean> {
    const isIdle = this.#told === 'stalled' || this.#told === 'not begun';
    if (isIdle && this.#clock.now() - this.#statsAt < idleStatsMs) return false;
    this.#statsAt = this.#clock.now();
    const reports = await Promise.all(this.#flow.transports().map((transport) => transport.getStats()));
    let bytes = 0;
    for (const report of reports) {
      for (const {type, bytesReceived = 0} of report.values() as Iterable<RTCTransportStats>)
        if (type === 'transport') bytes += bytesReceived;
    }
    const heard = this.#bytes !== undefined && bytes > this.#bytes;
    this.#bytes = bytes;
    return heard;
  }
}
