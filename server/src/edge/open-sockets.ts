import type {Clock} from '@parley/signaling';
import type {WebSocket} from './engine-shapes.js';

/** How old the knowledge of who is behind may be when something droppable is published. */
const staleMs = 250;

export interface OpenSocketsOptions {
  readonly clock: Clock;
  /** A client with more than this unread is behind: droppable events are left out for it. */
  readonly behindBytes: number;
}

/** Whose socket it is, once a session is on it. */
export interface SocketOwner {
  /** Something had to be dropped for the socket; called once, when topics may be touched again. */
  onSlow(ws: WebSocket): void;
  /** The client sends more than it may. */
  onFlooding(): void;
  /** The client sent a frame above the limit of payloads. */
  onOversized(): void;
}

/**
 * The WebSockets that uWS has open, and which of them read too slowly.
 *
 * uWS drops what exceeds its limit of a socket and says so; whatever followed would leave a hole, so the first drop is
 * the end of the connection. It says so in the midst of its own work, where topics must not be touched: drops are
 * noted, and settled before anything else is published or sent. Nobody's buffer is looked at on the normal path; only
 * a droppable event asks who is behind, and at most every quarter of a second.
 */
export class OpenSockets {
  readonly #clock: Clock;
  readonly #behindBytes: number;
  readonly #open = new Map<WebSocket, SocketOwner | undefined>();
  readonly #dropped = new Set<WebSocket>();
  #due: (() => void)[] = [];
  #held: (() => void)[] = [];
  readonly #draining = new Map<WebSocket, () => void>();
  #behind = new Set<WebSocket>();
  #lookedAt = 0;

  constructor({clock, behindBytes}: OpenSocketsOptions) {
    this.#clock = clock;
    this.#behindBytes = behindBytes;
  }

  opened(ws: WebSocket): void {
    this.#open.set(ws, undefined);
  }

  closed(ws: WebSocket): void {
    this.#open.delete(ws);
    this.#dropped.delete(ws);
    this.#draining.delete(ws);
    this.#behind.delete(ws);
  }

  /** Whether uWS still has the socket; the methods of a closed one throw. */
  isOpen(ws: WebSocket): boolean {
    return this.#open.has(ws);
  }

  own(ws: WebSocket, owner: SocketOwner): void {
    if (this.#open.has(ws)) this.#open.set(ws, owner);
  }

  ownerOf(ws: WebSocket): SocketOwner | undefined {
    return this.#open.get(ws);
  }

  /** To be called from uWS's `dropped` handler: only takes note. */
  noteDrop(ws: WebSocket): void {
    if (this.#dropped.has(ws)) return;
    this.#dropped.add(ws);
    this.soon(() => {
      this.#giveUp(ws);
    });
  }

  /** Calls back at the next `settle`, which comes by itself if nothing is published or sent. */
  soon(callback: () => void): void {
    if (this.#due.length === 0) {
      this.#clock.after(0, () => {
        this.settle();
      });
    }
    this.#due.push(callback);
  }

  /** Calls back before anything is published, at the latest when the callback of Node's that runs at present is over. */
  hold(callback: () => void): void {
    if (this.#held.push(callback) > 1) return;
    process.nextTick(() => {
      this.#release();
    });
  }

  /** Lets go of what is held, and ends the connections that are found too slow. Cheap if there is neither. */
  settle(): void {
    this.#release();
    if (this.#due.length === 0) return;
    const due = this.#due;
    this.#due = [];
    for (const callback of due) callback();
  }

  #release(): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const callback of held) callback();
  }

  #giveUp(ws: WebSocket): void {
    this.#dropped.delete(ws);
    if (!this.#open.has(ws)) return;
    const owner = this.#open.get(ws);
    this.#open.set(ws, undefined);
    if (owner === undefined) ws.close();
    else owner.onSlow(ws);
  }

  /** Calls back once `ws` has less than `bytes` unread; within the call if it has read that far since the drop. */
  whenBelow(ws: WebSocket, bytes: number, callback: () => void): void {
    const look = (): void => {
      if (ws.getBufferedAmount() >= bytes) return;
      this.#draining.delete(ws);
      callback();
    };
    this.#draining.set(ws, look);
    look();
  }

  /** To be called from uWS's `drain` handler. */
  noteDrain(ws: WebSocket): void {
    if (ws.getBufferedAmount() <= this.#behindBytes) this.#behind.delete(ws);
    this.#draining.get(ws)?.();
  }

  /** The sockets that are behind, as of at most a quarter of a second ago. */
  behind(): ReadonlySet<WebSocket> {
    const now = this.#clock.now();
    if (now - this.#lookedAt >= staleMs) {
      this.#lookedAt = now;
      this.#behind = new Set();
      for (const ws of this.#open.keys()) {
        if (ws.getBufferedAmount() > this.#behindBytes) this.#behind.add(ws);
      }
    }
    return this.#behind;
  }
}
