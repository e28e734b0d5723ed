import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {connectBare, refusedBare, type Refused} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {RawClient} from '../raw-client.js';
import {signToken, testSecret} from '../start-node.js';
import {startEdge} from './bare-edge.js';

const transports = ['websocket', 'polling'] as const;

for (const transport of transports) {
  const over = {transports: [transport]};

  test(`[CON1] a refusal is a connect_error with the code, the error and its close code, over ${transport}`, async () => {
    await using edge = await startEdge();
    const refused = await refusedBare(edge, {...over, token: 'no token at all'});

    expect(refused.message).toBe('bad_token');
    expect(refused.data).toEqual({
      code: 'bad_token',
      message: 'The token is missing, malformed, or not signed by a trusted key.',
      retryable: false,
      field: 'token',
      closeCode: closeCodes.bad_token.code,
    });
    expect(edge.hub.admitted).toBe(0);
    expect(edge.seen.refused).toEqual(['bad_token']);
  });

  test(`[CON2] an expired token is token_expired, over ${transport}`, async () => {
    await using edge = await startEdge();
    const token = await signToken('ann', 'Ann', {exp: Math.floor(Date.now() / 1_000) - 60});

    const {data} = await refusedBare(edge, {...over, token});

    expect(data).toMatchObject({code: 'token_expired', closeCode: closeCodes.token_expired.code});
  });

  test(`[CON4] a page of a foreign origin is refused before its token is looked at, over ${transport}`, async () => {
    await using edge = await startEdge({PARLEY_ORIGINS: 'https://chat.example.org'});
    const from = (origin: string) => ({...over, io: {extraHeaders: {origin}}});

    const {data} = await refusedBare(edge, {...from('https://evil.example.org'), token: 'not looked at'});
    await using _listed = await connectBare(edge, from('https://chat.example.org'));
    await using _own = await connectBare(edge, from(edge.url));

    expect(data).toMatchObject({code: 'origin_forbidden', closeCode: closeCodes.origin_forbidden.code});
    expect(edge.hub.admitted).toBe(2);
  });

  test(`[CON6] one connection more than the limit is overloaded, over ${transport}`, async () => {
    await using edge = await startEdge({PARLEY_MAX_CONNECTIONS: '2'});
    await using _first = await connectBare(edge, over);
    await using second = await connectBare(edge, {...over, user: 'bob'});

    const {data} = await refusedBare(edge, {...over, user: 'carl'});
    expect(data).toMatchObject({code: 'overloaded', closeCode: closeCodes.overloaded.code});
    expect(data.retryAfterMs).toBeGreaterThan(0);

    second.close();
    await eventually(() => edge.edge.connections < 2);
    await using _third = await connectBare(edge, {...over, user: 'carl'});
  });

  test(`[CON6] handshakes above the rate of their address are rate_limited, over ${transport}`, async () => {
    await using edge = await startEdge({
      PARLEY_HANDSHAKES_PER_SECOND: '1',
      PARLEY_TRUSTED_PROXIES: '127.0.0.1',
    });
    const from = (address: string) => ({...over, io: {extraHeaders: {'x-forwarded-for': address}}});
    // At once: one after another they may take longer than a second each. Far more would be a flood.
    const attempts = await Promise.allSettled(
      Array.from({length: 15}, async () => {
        (await connectBare(edge, from('198.51.100.7'))).close();
      }),
    );
    const refusals = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason as Refused] : []));
    await using _other = await connectBare(edge, from('198.51.100.8'));

    expect(attempts.length - refusals.length).toBeGreaterThanOrEqual(10);
    expect(refusals).not.toEqual([]);
    for (const {data} of refusals) {
      expect(data).toMatchObject({code: 'rate_limited', closeCode: closeCodes.rate_limited.code});
      expect(data.retryAfterMs).toBeGreaterThan(0);
    }
  });
}

test('[CON14] handshakes above what the node takes in are overloaded, told when to come back, and let in then', async () => {
  await using edge = await startEdge({PARLEY_ACCEPTS_PER_SECOND: '1'});
  await using _first = await connectBare(edge);

  const refusals = [await refusedBare(edge, {user: 'bob'}), await refusedBare(edge, {user: 'carl'})];
  const waits = refusals.map(({data}) => data.retryAfterMs ?? 0);
  expect(refusals[0]!.data).toMatchObject({code: 'overloaded', closeCode: closeCodes.overloaded.code});
  expect(waits[0]).toBeGreaterThan(0);
  expect(waits[1]).toBeGreaterThan(waits[0]!);

  await new Promise((resolve) => setTimeout(resolve, waits[1]));
  await using _again = await connectBare(edge, {user: 'carl'});
});

test('[CON6] a flood of handshakes is turned away with a plain HTTP status', async () => {
  await using edge = await startEdge({PARLEY_HANDSHAKES_PER_SECOND: '1'});
  const at = `${edge.url}/socket.io/?EIO=4&transport=polling`;
  const statuses: number[] = [];
  for (let n = 0; n < 60 && statuses.at(-1) !== 429; n++) statuses.push((await fetch(at)).status);

  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200));
  expect(statuses.at(-1)).toBe(429);
  expect((await fetch(at)).headers.get('retry-after')).toMatch(/^\d+$/);
});

test('[CON3] a version below the floor is refused, whatever else the handshake says', async () => {
  await using edge = await startEdge();

  const {data} = await refusedBare(edge, {auth: {v: 0, something: 'of that version'}});

  expect(data).toMatchObject({code: 'version_unsupported', closeCode: closeCodes.version_unsupported.code, field: 'v'});
});

test('[CON1] a malformed handshake is refused and the field is named', async () => {
  await using edge = await startEdge();
  const refusal = async (auth: Record<string, unknown>) => (await refusedBare(edge, {auth})).data;

  expect(await refusal({device: 7})).toMatchObject({code: 'invalid_payload', field: 'device'});
  expect(await refusal({colour: 'red'})).toMatchObject({code: 'invalid_payload', field: 'colour'});
  expect(await refusal({resume: {session: 'x'}})).toMatchObject({code: 'invalid_payload', field: 'resume.session'});
  expect(await refusal({token: undefined})).toMatchObject({code: 'bad_token', field: 'token'});
});

test('[CON2] a token of another key, algorithm, issuer or audience, or without a user, is bad_token', async () => {
  await using edge = await startEdge({PARLEY_AUTH_ISSUER: 'https://id.example.org', PARLEY_AUTH_AUDIENCE: 'parley'});
  const good = {iss: 'https://id.example.org', aud: 'parley'};
  const code = async (token: string) => (await refusedBare(edge, {token})).data.code;
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({sub: 'ann', ...good}))}.`.replaceAll('=', '');

  expect(await code(await signToken('ann', 'Ann', good, 'another secret of at least 32 bytes, really'))).toBe(
    'bad_token',
  );
  expect(await code(await signToken('ann', 'Ann', {...good, iss: 'https://else.example.org'}))).toBe('bad_token');
  expect(await code(await signToken('ann', 'Ann', {...good, aud: 'else'}))).toBe('bad_token');
  expect(await code(await signToken('no user!', 'Ann', good))).toBe('bad_token');
  expect(await code(unsigned)).toBe('bad_token');
  await using ann = await connectBare(edge, {token: await signToken('ann', 'Ann', good, testSecret)});
  expect(ann.events[0]?.payload).toEqual({user: 'ann'});
});

test('[CON1] authentication may take its time, and a client that leaves meanwhile is abandoned', async () => {
  await using edge = await startEdge();
  const waiting: (() => void)[] = [];
  edge.hub.beforeAdmission = () => new Promise((resolve) => waiting.push(resolve));

  const slow = connectBare(edge);
  await eventually(() => waiting.length === 1);
  expect(edge.edge.connections).toBe(1);
  waiting.shift()?.();
  await using _ann = await slow;

  await using left = new RawClient(edge.url);
  await left.until(() => left.frames.length > 0);
  left.socket.send(`40${JSON.stringify({token: await signToken('bob'), v: 1})}`);
  await eventually(() => waiting.length === 1);
  left.socket.terminate();
  await eventually(() => edge.edge.connections === 1);
  waiting.shift()?.();
  await eventually(() => edge.hub.abandoned === 1);
  expect(edge.hub.sessions).toHaveLength(1);
});

test('[SES1] a connection carries one session: a second CONNECT on it is refused', async () => {
  await using edge = await startEdge();
  await using ann = new RawClient(edge.url);
  await ann.until(() => ann.frames.length > 0);
  const connect = `40${JSON.stringify({token: await signToken('ann'), v: 1})}`;
  ann.socket.send(connect);
  ann.socket.send(connect);

  await ann.end();

  expect(edge.hub.admitted).toBeLessThanOrEqual(1);
  expect(edge.hub.sessions.filter(({connection}) => connection.open)).toEqual([]);
});
