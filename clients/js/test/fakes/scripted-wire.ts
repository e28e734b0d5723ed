import type {WireEnd, WireListener} from '../../src/wire/wire.js';

/** A session as the scripted server has it. */
export interface Session {
  readonly id: string;
  /** Those that are good: the newest, and the one that it was given out for. */
  keys: readonly string[];
  readonly user: string;
  readonly rooms: Set<string>;
  attempt: number;
  wire: ScriptedWire | undefined;
}

/** One connection: what the server sends goes through a queue, so that nothing arrives within the call that sends it. */
export class ScriptedWire {
  readonly listener: WireListener;
  session: Session | undefined;
  open = true;

  constructor(listener: WireListener) {
    this.listener = listener;
  }

  later(action: () => void): void {
    queueMicrotask(() => {
      if (this.open) action();
    });
  }

  event(name: string, payload: unknown): void {
    this.later(() => {
      this.listener.onHeard();
      // As JSON, like on a real wire.
      this.listener.onEvent(name, JSON.parse(JSON.stringify(payload)));
    });
  }

  end(end: WireEnd): void {
    this.later(() => {
      this.open = false;
      this.listener.onEnd(end);
    });
  }
}
