import {errorCatalogue, session} from '@parley/protocol';
import {io} from 'socket.io-client';
import type {SeededRandom} from '../chaos/seeded-random.js';
import {signToken} from '../start-node.js';
import type {SpawnedNode} from '../spawn-node.js';
import {fitting, shapeOf} from './from-schema.js';
import type {Complain} from './fuzz-socket.js';
import {hostileFrame, hostileJson, nearly} from './hostile-values.js';

const handshake = shapeOf(session.handshake);
const target = {user: 'fuzz-0'};

/** A handshake whose `auth` is wrong in some way: let in, or refused with a code and a close code. */
export async function knock(node: SpawnedNode, random: SeededRandom, complain: Complain): Promise<void> {
  const made = fitting(handshake, random) as Record<string, unknown>;
  const right = {...made, token: random.chance(0.7) ? await signToken('fuzz-9') : 'no token'};
  const auth = random.chance(0.6) ? nearly(right, random) : (JSON.parse(hostileJson(random)) as unknown);
  const transports = [random.pick(['websocket', 'polling'])];
  const client = io(node.url, {auth: auth as object, transports, reconnection: false, forceNew: true, timeout: 20_000});
  await new Promise<void>((resolve) => {
    client.on('connect', resolve);
    client.on('disconnect', () => {
      resolve();
    });
    client.on('connect_error', (refusal: Error & {data?: {code?: string; closeCode?: number}}) => {
      const {code, closeCode} = refusal.data ?? {};
      if (
        code === undefined ||
        !Object.hasOwn(errorCatalogue, code) ||
        closeCode === undefined ||
        code === 'internal'
      ) {
        complain(`a handshake refused without a code (${refusal.message}): ${JSON.stringify(auth).slice(0, 300)}`);
      }
      resolve();
    });
  });
  client.close();
}

/** A body of long-polling: any answer will do, as long as there is one. */
export async function poll(node: SpawnedNode, random: SeededRandom): Promise<void> {
  const at = `${node.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(at)).text();
  const sid = /"sid":"([^"]+)"/.exec(opened)?.[1] ?? 'none';
  const connect = `40${JSON.stringify({token: await signToken('fuzz-8'), v: 1})}`;
  const frames = Array.from({length: random.between(0, 3)}, () => Buffer.from(hostileFrame(random)).toString('latin1'));
  const body = [random.chance(0.8) ? connect : '40', ...frames].join('\u001e');
  await (await fetch(`${at}&sid=${sid}`, {method: 'POST', body})).text();
  if (random.chance(0.5)) await (await fetch(`${at}&sid=${sid}`)).text();
}

const calls: readonly ((random: SeededRandom) => readonly [path: string, body?: string])[] = [
  (random) => ['/v1/push', apiBody({target, topic: 'fuzz.push', data: {n: 1}, store: false, key: 'k1'}, random)],
  (random) => ['/v1/push', apiBody({target: {room: 'r0'}, topic: 'fuzz.push', data: [], store: true}, random)],
  (random) => ['/v1/tokens/revoke', apiBody({user: 'nobody', issuedBefore: 1}, random)],
  (random) => ['/v1/users/nobody/kick', apiBody({message: 'go'}, random)],
  (random) => ['/v1/groups', apiBody({group: 'fuzz', title: 'Fuzz'}, random)],
  (random) => [`/v1/groups/${odd(random)}/users/add`, apiBody({users: ['fuzz-0', 'fuzz-1']}, random)],
  (random) => ['/v1/groups/fuzz/users/remove', apiBody({users: ['fuzz-0']}, random)],
  (random) => ['/v1/rooms', apiBody({room: 'fuzz', access: 'private', joinAs: 'guest', slowModeMs: 1}, random)],
  (random) => [
    `/v1/${random.pick(['rooms', 'groups', 'groups/fuzz/users'])}?cursor=${odd(random)}&limit=${odd(random)}`,
  ],
  (random) => [`/v1/rooms/${odd(random)}/history?limit=${odd(random)}&after=${odd(random)}`],
  (random) => [`/v1/users/${odd(random)}/sessions`],
  (random) => [`/${odd(random)}/${odd(random)}`],
];

const odd = (random: SeededRandom): string =>
  encodeURIComponent(random.pick(['r0', '7', '-1', '1e9', '__proto__', '../..', '\u0000', 'ü', 'x'.repeat(400), ' ']));

const apiBody = (right: object, random: SeededRandom): string =>
  random.weighted<() => string>([
    [2, () => JSON.stringify(right)],
    [4, () => JSON.stringify(nearly(right, random))],
    [3, () => hostileJson(random)],
    [1, () => hostileJson(random).slice(0, -1)],
  ])();

/** A request to the operations port: served, or refused with a code, and never a defect. */
export async function callApi(node: SpawnedNode, random: SeededRandom, complain: Complain): Promise<void> {
  const [path, body] = random.pick(calls)(random);
  const answer = await fetch(`${node.opsUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {authorization: `Bearer ${node.apiKey}`, 'content-type': 'application/json'},
    ...(body !== undefined && {body}),
  });
  const text = await answer.text();
  if (answer.status < 400) return;
  const code = /"code":"([a-z_]+)"/.exec(text)?.[1] ?? '';
  if (!Object.hasOwn(errorCatalogue, code) || answer.status >= 500) {
    complain(`${path} ${(body ?? '').slice(0, 200)} was answered with ${answer.status} ${text.slice(0, 200)}`);
  }
}
