import {requests} from '@parley/protocol';
import {someCapabilities} from '@parley/signaling/testing';
import type {SeededRandom} from '../chaos/seeded-random.js';
import {fitting, shapeOf} from './from-schema.js';
import type {FuzzSocket} from './fuzz-socket.js';
import {hostileFrame, hostileJson, nearly} from './hostile-values.js';

const definitions = [...requests.values()].map(({name, params}) => ({name, shape: shapeOf(params)}));
/** These end the session, or refuse everything that follows: now and then, so that the others come further. */
const seldom = new Set(['session.end', 'session.refresh', 'room.leave', 'room.update', 'call.leave']);
const weights = definitions.map((definition) => [seldom.has(definition.name) ? 0.05 : 1, definition] as const);
const oddNames = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'chat',
  'chat.send ',
  'CHAT.SEND',
  'x'.repeat(5_000),
  'a\u0000',
];

interface Asked {
  /** Undefined if no request has it. */
  readonly name: string | undefined;
  /** The event as JSON text: its name and what follows. */
  readonly event: string;
}

/** Parameters of a request as JSON text: right, with one thing wrong, or hostile. */
function paramsOf(shape: (typeof definitions)[number]['shape'], random: SeededRandom): string {
  return random.weighted<() => string>([
    [5, () => JSON.stringify(fitting(shape, random))],
    [4, () => JSON.stringify(nearly(fitting(shape, random), random))],
    [2, () => hostileJson(random)],
  ])();
}

function ask(random: SeededRandom): Asked {
  if (random.chance(0.04)) {
    return {name: undefined, event: `[${JSON.stringify(random.pick(oddNames))},${hostileJson(random)}]`};
  }
  const {name, shape} = random.weighted(weights);
  return {name, event: `["${name}",${paramsOf(shape, random)}]`};
}

/** What makes the inputs that follow come further: rooms that are joined, and a call. */
export function settleIn(socket: FuzzSocket): void {
  const right = (name: string, params: object): void => {
    socket.send(`42${socket.expect(name)}${JSON.stringify([name, params])}`);
  };
  for (const room of ['r0', 'r1', 'r2', 'r3']) {
    right('room.create', {room});
    right('room.join', {room});
  }
  right('call.join', {room: 'r0', id: 'c1', rtpCapabilities: someCapabilities});
}

/** Sends one input; requests among the inputs are awaited by the socket. */
export function sendOne(socket: FuzzSocket, random: SeededRandom): void {
  const {name, event} = ask(random);
  random.weighted<() => void>([
    [
      80,
      () => {
        socket.send(`42${socket.expect(name)}${event}`);
      },
    ],
    [
      6,
      () => {
        socket.send(`42${event}`);
      },
    ],
    [
      4,
      () => {
        const frame = `42${socket.expect(name, 2)}${event}`;
        socket.send(frame);
        socket.send(frame);
      },
    ],
    [
      4,
      () => {
        const wrongCount = random.pick([
          `["${name ?? 'x'}"]`,
          `["${name ?? 'x'}",{},{}]`,
          `["${name ?? 'x'}",1,2,3,4,5]`,
        ]);
        socket.send(`42${socket.expect(name)}${wrongCount}`);
      },
    ],
    [
      4,
      () => {
        const part = random.pick([
          '{"_placeholder":true,"num":0}',
          '{"room":"r0","id":"m1","text":{"_placeholder":true,"num":0}}',
        ]);
        socket.send(`451-${socket.expect(name)}["${name ?? 'x'}",${part}]`);
        socket.send(Uint8Array.from([1, 2, 3]));
      },
    ],
    [
      0.3,
      () => {
        socket.reckless = true;
        socket.send(hostileFrame(random));
      },
    ],
  ])();
}
