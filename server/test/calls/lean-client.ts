import {once} from 'node:events';
import {protocolVersion, type Answer} from '@parley/protocol';
import {WebSocket} from 'ws';
import {signToken} from '../start-node.js';

/** A client of which one process bears ten thousand: it asks, and looks at nothing but answers. */
export class LeanClient {
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, (answer: Answer<unknown> | undefined) => void>();
  #lastId = 0;
  /** How often it was told that it is no longer in a call. */
  putOut = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** A session of the user, in the room. */
  static async enter(url: string, user: string, room: string): Promise<LeanClient> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
    });
    const client = new LeanClient(socket);
    await once(socket, 'open');
    const connected = new Promise<void>((resolve, reject) => {
      socket.on('message', (data: Buffer) => {
        const frame = data.toString('latin1');
        if (frame === '2') socket.send('3');
        else if (frame.startsWith('42["call.closed"')) client.putOut += 1;
        else if (frame.startsWith('43')) client.#answered(data.toString());
        else if (frame.startsWith('40')) resolve();
        else if (frame.startsWith('44')) reject(new Error(`the handshake was refused: ${frame}`));
      });
      socket.on('error', reject);
      socket.on('close', () => {
        for (const settle of client.#asked.values()) settle(undefined);
        client.#asked.clear();
        reject(new Error('the connection was closed'));
      });
    });
    socket.send(`40${JSON.stringify({token: await signToken(user), v: protocolVersion})}`);
    await connected;
    const joined = await client.ask('room.join', {room});
    if (joined?.ok !== true) throw new Error(`the room was not joined: ${JSON.stringify(joined)}`);
    return client;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Undefined if the connection went before the answer came. */
  ask(name: string, params: object): Promise<Answer<unknown> | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#socket.send(`42${id}${JSON.stringify([name, params])}`);
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #answered(frame: string): void {
    const [, id = '', json = '[]'] = /^43(\d+)([^]*)$/.exec(frame) ?? [];
    const settle = this.#asked.get(Number(id));
    this.#asked.delete(Number(id));
    settle?.((JSON.parse(json) as [Answer<unknown>])[0]);
  }
}
