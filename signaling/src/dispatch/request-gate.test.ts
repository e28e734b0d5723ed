import {expect, test} from 'vitest';
import {TokenBucket} from '../limits/token-bucket.js';
import {RequestGate, type GateSizes, type GateVerdict} from './request-gate.js';
import {UserRates} from './user-rates.js';

const sizes: GateSizes = {
  session: {perSecond: 100, burst: 200},
  mistakes: {perSecond: 1, burst: 3},
  inFlight: 2,
};
const wide = {perSecond: 1e6, burst: 1e6};

const limitOf = (asked: GateVerdict): string | undefined =>
  asked.verdict === 'refuse' ? asked.error.limit : asked.verdict === 'abuse' ? asked.limit : undefined;

test('[LIM2] all sessions of a user share the user’s bucket', () => {
  const user = new TokenBucket({perSecond: 10, burst: 3});
  const [phone, laptop] = [new RequestGate(sizes, user), new RequestGate(sizes, user)];
  const asked = [phone, laptop, phone, laptop].map((gate) => gate.ask(0));
  expect(asked.map(limitOf)).toEqual([undefined, undefined, undefined, 'user_requests']);
  expect(asked.at(-1)).toMatchObject({error: {code: 'rate_limited', retryAfterMs: 100}});
  expect(limitOf(laptop.ask(100))).toBeUndefined();
});

test('[LIM2] connecting anew does not refill a user’s bucket', () => {
  const users = new UserRates({perSecond: 10, burst: 2});
  const first = users.join('ada');
  expect([first.take(0), first.take(0), first.take(0)]).toEqual([0, 0, 100]);
  users.leave('ada', 0);
  expect(users.join('ada').take(0)).toBe(100);
});

test('[LIM2] users without a session are forgotten once their bucket is full', () => {
  const users = new UserRates({perSecond: 10, burst: 20});
  for (let n = 0; n < 1_000; n += 1) {
    users.join(`user-${n}`).take(0);
    users.leave(`user-${n}`, 0);
  }
  expect(users.size).toBe(1_000);
  users.join('late').take(5_000);
  users.leave('late', 5_000);
  expect(users.size).toBe(1);
});

test('[LIM3] so many requests may wait for their answers, and an answer makes room', () => {
  const gate = new RequestGate(sizes, new TokenBucket(wide));
  expect([gate.ask(0), gate.ask(0)].map(limitOf)).toEqual([undefined, undefined]);
  const refused = gate.ask(0);
  expect(limitOf(refused)).toBe('requests_in_flight');
  expect(refused).toMatchObject({error: {code: 'rate_limited', retryable: true}});
  gate.answered('ok', 0);
  expect(limitOf(gate.ask(0))).toBeUndefined();
});

test('[LIM4] malformed and unknown requests are borne in a burst and at a rate, others without end', () => {
  const gate = new RequestGate({...sizes, inFlight: 1_000}, new TokenBucket(wide));
  const answered = (code: Parameters<RequestGate['answered']>[0], now: number) => {
    gate.ask(now);
    return gate.answered(code, now);
  };
  for (let n = 0; n < 50; n += 1) expect(answered('not_joined', 0)).toBeUndefined();
  expect([answered('invalid_payload', 0), answered('unknown_request', 0), answered('invalid_payload', 0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(answered('unknown_request', 0)).toBe('invalid_requests');
  expect(answered('unknown_request', 1_000)).toBeUndefined();
});
