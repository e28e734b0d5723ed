import type {Socket} from 'node:net';
import {protocolVersion} from '@parley/protocol';
import WebSocket from 'ws';
import {token} from './token.js';

/** Where a generated client connects, and how it speaks. */
export interface Target {
  /** `ws://127.0.0.1:<port>`. */
  readonly url: string;
  readonly speaks: 'websocket' | 'socket.io';
  /** What the server checks tokens with; undefined if it asks for none. */
  readonly secret: string | undefined;
  /** Whether rooms must be created before they are joined. */
  readonly createsRooms: boolean;
}

/** Who connects, and into which room. */
export interface Guest {
  readonly user: string;
  readonly room: string;
  /** Whether it joins only when it is told to, by `Link.join`. */
  readonly joinsLater?: boolean;
}

/** What happens to a generated client. */
export interface Events {
  readonly onText: (frame: string) => void;
  /** The connection ended without our doing. */
  readonly onLost: () => void;
}

/** One generated client. The libraries' own clients cost ten times the CPU and would measure themselves. */
export interface Link {
  /** For a guest that joins later. */
  join(): Promise<void>;
  /** `onAnswer` is called with the frame of the server's answer; without it none is asked for. */
  publish(room: string, id: string, text: string, onAnswer?: (frame: string) => void): void;
  /** What is published within the call leaves in as few writes as possible. */
  together(publish: () => void): void;
}

const open = (socket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

/** Client frames must be masked, but a mask of zeros costs nothing. */
const options = {perMessageDeflate: false, skipUTF8Validation: true, generateMask: () => undefined} as const;

/** The TCP connection below a WebSocket, which `ws` does not declare. */
const transportOf = (socket: WebSocket): Socket | undefined => (socket as unknown as {_socket?: Socket})._socket;

function together(socket: WebSocket, publish: () => void): void {
  const transport = transportOf(socket);
  transport?.cork();
  publish();
  transport?.uncork();
}

/** Plain WebSocket: the room is in the URL, and what is sent is relayed. */
export async function linkRaw(target: Target, {room}: Guest, events: Events): Promise<Link> {
  const socket = new WebSocket(`${target.url}/${room}`, options);
  socket.on('message', (data: Buffer) => {
    events.onText(data.toString('latin1'));
  });
  await open(socket);
  socket.on('close', events.onLost);
  return {
    join: () => Promise.resolve(),
    publish: (name, id, text) => {
      socket.send(JSON.stringify({room: name, id, text}));
    },
    together: (publish) => {
      together(socket, publish);
    },
  };
}

/**
 * Socket.IO over WebSocket, as its protocol (v5, https://github.com/socketio/socket.io-protocol) spells it: `0` opens
 * the engine, `40` connects, `2`/`3` are ping and pong, `42` is an event and `43` an acknowledgement.
 */
export async function linkSocketIo(target: Target, guest: Guest, events: Events): Promise<Link> {
  const {room, user} = guest;
  const auth = target.secret === undefined ? {} : {token: token(target.secret, user), v: protocolVersion};
  const socket = new WebSocket(`${target.url}/socket.io/?EIO=4&transport=websocket`, options);
  const waiting = new Map<number, {resolve(answer: string): void; reject(error: Error): void}>();
  let lastId = 0;
  const request = (name: string, params: unknown): Promise<string> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, {resolve, reject});
      socket.send(`42${String(lastId)}${JSON.stringify([name, params])}`);
    });
  const connected = new Promise<void>((resolve, reject) => {
    socket.on('close', (code) => {
      const gone = new Error(`the server closed the connection (${String(code)})`);
      reject(gone);
      for (const one of waiting.values()) one.reject(gone);
    });
    socket.on('message', (data: Buffer) => {
      const frame = data.toString('latin1');
      if (frame.startsWith('42')) events.onText(frame);
      else if (frame === '2') socket.send('3');
      else if (frame.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`);
      else if (frame.startsWith('44')) reject(new Error(`the server refused the connection: ${frame.slice(2)}`));
      else if (frame.startsWith('40')) resolve();
      else if (frame.startsWith('43')) {
        const id = Number.parseInt(frame.slice(2), 10);
        waiting.get(id)?.resolve(frame);
        waiting.delete(id);
      }
    });
  });
  // Until both are awaited below, a failure of one must not count as unhandled.
  connected.catch(() => undefined);
  await open(socket);
  await connected;
  const join = async (): Promise<void> => {
    if (target.createsRooms) await request('room.create', {room});
    const answer = await request('room.join', {room});
    if (!answer.includes('"ok":true')) throw new Error(`the server refused to join ${room}: ${answer}`);
  };
  if (guest.joinsLater !== true) await join();
  socket.on('close', events.onLost);
  return {
    join,
    publish: (name, id, text, onAnswer) => {
      let answerId = '';
      if (onAnswer) {
        lastId += 1;
        answerId = String(lastId);
        waiting.set(lastId, {resolve: onAnswer, reject: () => undefined});
      }
      socket.send(`42${answerId}${JSON.stringify(['chat.send', {room: name, id, text}])}`);
    },
    together: (publish) => {
      together(socket, publish);
    },
  };
}
