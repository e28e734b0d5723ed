import {setImmediate as nextTurn, setTimeout as delay} from 'node:timers/promises';
import {setPriority} from 'node:os';
import {protocolVersion} from '@parley/protocol';
import WebSocket from 'ws';
import type {FloodOrder, FloodReport} from './flood.js';
import {token} from './token.js';

/** Somebody else's machine would not take this one's processor: whatever the flood wants, the others come first. */
setPriority(19);

/** More of its own is not queued: beyond it only this process would suffer. */
const mostBufferedBytes = 4 * 1_048_576;
const handshakesAtOnce = 20;
const bigBytes = 120 * 1_024;

const done = {frames: 0, connections: 0, closed: 0};
let order: Extract<FloodOrder, {kind: 'start'}> | undefined;
const sockets = new Set<WebSocket>();

/** Connects and says who it is; resolves with undefined if it is not let in. */
function connect(
  {target, address}: Extract<FloodOrder, {kind: 'start'}>,
  auth: object,
): Promise<WebSocket | undefined> {
  done.connections += 1;
  return new Promise((resolve) => {
    const socket = new WebSocket(`${target.url}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
      localAddress: address,
    });
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      done.closed += 1;
      sockets.delete(socket);
      resolve(undefined);
    });
    socket.on('message', (data: Buffer) => {
      const frame = data.toString('latin1', 0, 32);
      if (frame.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`);
      else if (frame === '2') socket.send('3');
      else if (frame.startsWith('42["session.ready"')) resolve(socket);
      else if (frame.startsWith('44')) socket.close();
    });
  });
}

const goesOn = (socket: WebSocket): boolean => order !== undefined && socket.readyState === WebSocket.OPEN;

/** Connects, sends as fast as it can until it is cut off, and connects again. */
async function send(user: string, compose: (n: number) => string): Promise<void> {
  while (order !== undefined) {
    const auth = {token: token(order.target.secret ?? '', user), v: protocolVersion};
    const socket = await connect(order, auth);
    if (socket === undefined) {
      await delay(10);
      continue;
    }
    socket.send(`421["room.join",{"room":"${order.room}"}]`);
    for (let n = 0; goesOn(socket); n += 1) {
      if (socket.bufferedAmount < mostBufferedBytes) {
        socket.send(compose(n));
        done.frames += 1;
      }
      if (n % 64 === 0) await nextTurn();
    }
    socket.terminate();
  }
}

async function knock(): Promise<void> {
  while (order !== undefined) {
    const socket = await connect(order, {token: token('a secret that nobody has', 'nobody'), v: protocolVersion});
    socket?.terminate();
  }
}

const big = 'x'.repeat(bigBytes);

async function flood(): Promise<void> {
  await Promise.all([
    send('flood-events', (n) => `42${n}["chat.send",{"room":"${order?.room ?? ''}","id":"f${n}","text":"flood"}]`),
    send('flood-frames', (n) => `42["chat.send",{"room":"${order?.room ?? ''}","id":"b${n}","text":"${big}"}]`),
    send('flood-pongs', () => '3'),
    ...Array.from({length: handshakesAtOnce}, knock),
  ]);
}

const tell = (report: FloodReport): void => {
  process.send?.(report);
};

// The parent is the only sender; the messages need no validation beyond their type.
process.on('message', (given: FloodOrder) => {
  if (given.kind === 'start') {
    order = given;
    flood().then(
      () => {
        tell({kind: 'stopped', ...done});
      },
      (error: unknown) => {
        tell({kind: 'failed', message: error instanceof Error ? error.message : String(error)});
      },
    );
    return;
  }
  order = undefined;
  for (const socket of sockets) socket.terminate();
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
