import {once} from 'node:events';
import WebSocket from 'ws';

/** A session description as Janus takes and gives it. */
export interface Jsep {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** What came of a request to a plugin. */
interface Outcome {
  readonly data: Readonly<Record<string, unknown>>;
  readonly jsep: Jsep | undefined;
}

/** Sends a request to a handle's plugin. */
export type Handle = (body: object, jsep?: Jsep) => Promise<Outcome>;

interface Message {
  readonly janus: string;
  readonly transaction?: string;
  readonly data?: {readonly id: number};
  readonly error?: {readonly reason: string};
  readonly plugindata?: {readonly data: Readonly<Record<string, unknown>>};
  readonly jsep?: Jsep;
}

/** A session with Janus over a WebSocket (its "Janus API"): requests and what comes of them. */
export class JanusLink {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, {resolve: (message: Message) => void; reject: (error: Error) => void}>();
  #session: number | undefined;
  #last = 0;

  static async open(url: string): Promise<JanusLink> {
    const socket = new WebSocket(url, 'janus-protocol');
    await once(socket, 'open');
    const link = new JanusLink(socket);
    const {data} = await link.#ask({janus: 'create'});
    link.#session = data?.id;
    return link;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text: Buffer) => {
      const message = JSON.parse(text.toString()) as Message;
      // What takes time is acknowledged first; events of which nobody asked carry no transaction.
      if (message.janus === 'ack' || message.transaction === undefined) return;
      const waiting = this.#waiting.get(message.transaction);
      this.#waiting.delete(message.transaction);
      if (message.janus === 'error') waiting?.reject(new Error(`Janus: ${String(message.error?.reason)}`));
      else waiting?.resolve(message);
    });
  }

  /** A handle of the video room: one for what is published, one for what is received. */
  async attach(): Promise<Handle> {
    const {data: handle} = await this.#ask({janus: 'attach', plugin: 'janus.plugin.videoroom'});
    return async (body, jsep) => {
      const message = await this.#ask({janus: 'message', handle_id: handle?.id, body, ...(jsep && {jsep})});
      const data = message.plugindata?.data ?? {};
      if (data['error'] !== undefined) throw new Error(`Janus: ${JSON.stringify(data)}`);
      return {data, jsep: message.jsep};
    };
  }

  #ask(question: object): Promise<Message> {
    this.#last += 1;
    const transaction = String(this.#last);
    return new Promise((resolve, reject) => {
      this.#waiting.set(transaction, {resolve, reject});
      const session = this.#session === undefined ? {} : {session_id: this.#session};
      this.#socket.send(JSON.stringify({...question, ...session, transaction}));
    });
  }
}
