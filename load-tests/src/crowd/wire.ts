import WebSocket from 'ws';

export interface WireListener {
  /** The engine is open: now the handshake is due. */
  onOpen(pingMs: number): void;
  /** The handshake was refused, with the server's `data` if it said any. */
  onRefused(data: unknown): void;
  onEvent(name: string, frame: string): void;
  /** Once, and nothing after it. */
  onEnd(): void;
}

type OnAnswer = (answer: unknown) => void;

/** A client's mask of zeros costs nothing, and the texts are ASCII. */
const options = {perMessageDeflate: false, skipUTF8Validation: true, generateMask: () => undefined} as const;

/**
 * One Socket.IO connection over WebSocket, as its protocol (v5) spells it: `0` opens the engine, `40` connects, `44`
 * refuses, `2`/`3` are ping and pong, `42` is an event and `43` an acknowledgement. Lean, so that thousands fit into a
 * process; what it costs the server is what any client costs it.
 */
export class Wire {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, OnAnswer>();
  #lastId = 0;
  #over = false;
  #heardAt = performance.now();

  constructor(url: string, listener: WireListener) {
    this.#socket = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`, options);
    this.#socket.on('message', (data: Buffer) => {
      this.#heardAt = performance.now();
      if (!this.#over) this.#take(data.toString('latin1'), listener);
    });
    // `close` follows every error.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      if (this.#over) return;
      this.#over = true;
      listener.onEnd();
    });
  }

  /** How long nothing was heard, in milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#heardAt;
  }

  connect(auth: unknown): void {
    this.#socket.send(`40${JSON.stringify(auth)}`);
  }

  /** The answer may never come: it ends with the connection. */
  request(name: string, params: unknown, onAnswer: OnAnswer): void {
    this.#lastId += 1;
    this.#answers.set(this.#lastId, onAnswer);
    this.#socket.send(`42${String(this.#lastId)}${JSON.stringify([name, params])}`);
  }

  /** Ends it at once and without a word, as a network that goes away; the listener is not told. */
  cut(): void {
    this.#over = true;
    this.#socket.terminate();
  }

  #take(frame: string, listener: WireListener): void {
    if (frame.startsWith('42')) listener.onEvent(frame.slice(4, frame.indexOf('"', 4)), frame);
    else if (frame === '2') this.#socket.send('3');
    else if (frame.startsWith('43')) this.#answer(frame);
    else if (frame.startsWith('44')) listener.onRefused(field(JSON.parse(frame.slice(2)), 'data'));
    else if (frame.startsWith('0')) {
      const opening: unknown = JSON.parse(frame.slice(1));
      listener.onOpen(Number(field(opening, 'pingInterval')) + Number(field(opening, 'pingTimeout')));
    }
  }

  #answer(frame: string): void {
    const id = Number.parseInt(frame.slice(2), 10);
    const onAnswer = this.#answers.get(id);
    this.#answers.delete(id);
    const [answer] = JSON.parse(frame.slice(frame.indexOf('['))) as unknown[];
    onAnswer?.(answer);
  }
}

/** A field of what the server said, which is not taken for granted to be an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The payload of an event's frame, `42["name",{…}]`. */
export const payloadOf = (frame: string): unknown => (JSON.parse(frame.slice(2)) as unknown[])[1];
