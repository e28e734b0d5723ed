/** In place of the time that a push was due, of one whose time on the way is nobody's concern. */
export const untimed = 0;

/** One push: to whom, and when it was due, in microseconds of the clock that processes share, or {@link untimed}. */
export interface PushItem {
  readonly user: string;
  readonly at: number;
}

export const topic = 'load';

/** A way to push, as lean as its protocol allows: the libraries' own conveniences would measure themselves. */
export interface PushDoor {
  /** Pushes that go out together. */
  readonly together: number;
  /** How long a push waits for others to go with, in milliseconds; 1 for not at all. */
  readonly gatherMs: number;
  /** Requests on their way at a time if it is driven as fast as it goes. */
  readonly atOnce: number;
  /** Resolves when the next may be sent: when all were answered or, of a stream that stays open, at once. Rejects if one was refused. */
  send(items: readonly PushItem[]): Promise<void>;
  /** Resolves when everything was answered. Rejects if a push was refused. */
  finish(): Promise<void>;
  close(): void;
}

export const doorNames = ['http', 'http-batch', 'grpc', 'grpc-stream', 'nats'] as const;
export type DoorName = (typeof doorNames)[number];

/** Where the doors of a node are. */
export interface DoorAddresses {
  readonly opsUrl: string;
  /** `host:port` */
  readonly grpc: string;
  /** `host:port`; undefined if there is no NATS. */
  readonly nats: string | undefined;
  readonly key: string;
}
