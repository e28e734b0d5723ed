/** What a transport carried since it was measured last, and how well. */
export interface Carried {
  /** RTP, RTCP and DTLS, without the headers of UDP, TCP and IP. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Of packets, from 0 to 1, in its own direction. */
  readonly loss: number;
  /** Of a transport that sends to its peer, as that one reports it. */
  readonly roundTripMs: number | undefined;
}

/** Monitoring: told what was measured, never asked. It must not throw. */
export interface MediaObserver {
  /** Of each transport about every 2.4 s. What it carries in its last moments is not told. */
  carried(direction: 'send' | 'receive', carried: Carried): void;
  /** Of each end of a pipe to another host about every 2 s. */
  piped(carried: Pick<Carried, 'receivedBytes' | 'sentBytes'>): void;
  workerDied(): void;
}
