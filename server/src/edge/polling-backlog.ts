import type {Socket as EngineSocket} from 'engine.io';

interface Packet {
  readonly data?: string | Uint8Array;
}

export interface PollingBacklogOptions {
  readonly limitBytes: number;
  /** Called once, in the midst of a write. */
  readonly onExceeded: () => void;
}

/** Counts what is held for a long-polling client until it polls again. */
export class PollingBacklog {
  readonly #connection: EngineSocket;
  readonly #options: PollingBacklogOptions;
  #bytes = 0;

  constructor(connection: EngineSocket, options: PollingBacklogOptions) {
    this.#connection = connection;
    this.#options = options;
    connection.on('packetCreate', this.#add);
    connection.on('flush', this.#reset);
  }

  stop(): void {
    this.#connection.off('packetCreate', this.#add);
    this.#connection.off('flush', this.#reset);
    this.#bytes = 0;
  }

  readonly #add = ({data}: Packet): void => {
    if (data !== undefined) this.#bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    if (this.#bytes <= this.#options.limitBytes) return;
    this.stop();
    this.#options.onExceeded();
  };

  readonly #reset = (): void => {
    this.#bytes = 0;
  };
}
