import type {hook as wire} from '@parley/protocol';
import {expect, test} from 'vitest';
import {MemoryHookBackend, type Decide} from '../memory/index.js';
import {NoAnswer} from '../ports.js';
import {HandClock, SequentialIds, settled} from '../testing/index.js';
import {Asker} from './asker.js';
import {Circuit} from './circuit.js';
import {Turnstile} from './turnstile.js';

const about = (user: string, room = 'den'): wire.QuestionOf<'join'> => ({user, name: user, session: `s-${user}`, room});

function makeAsker(decide: Decide, {fails = 'closed', atOnce = 4, waiting = 4} = {}) {
  const clock = new HandClock();
  const told: string[] = [];
  let asked = 0;
  const backend = new MemoryHookBackend((question) => {
    asked += 1;
    return decide(question);
  });
  const circuit = new Circuit({clock, onChange: (state) => told.push(`circuit ${state}`)});
  const asker = new Asker({
    hook: 'join',
    line: {name: 'gate', backend, timeoutMs: 500, circuit, turnstile: new Turnstile({atOnce, waiting})},
    fails: fails as 'open' | 'closed',
    clock,
    ids: new SequentialIds('id'),
    observer: {
      hookAsked: (_, __, outcome, durationMs) => told.push(`${outcome} ${durationMs}`),
      hookFailed: (_, __, reason) => told.push(`failed: ${reason}`),
    },
  });
  return {clock, asker, told, asked: () => asked};
}

const silence = (): Promise<never> => new Promise(() => undefined);
const caught = (asking: Promise<unknown>): Promise<unknown> => asking.catch((error: unknown) => error);

test('[HOOK9] what the backend says counts: it allows, changes, or refuses with a code, a word and a sentence', async () => {
  const answers: Record<string, unknown> = {
    ada: {allow: true},
    bob: {allow: true, role: 'moderator'},
    eve: {allow: false},
    mia: {allow: false, code: 'rate_limited', reason: 'quota.used-up', message: 'Come tomorrow.', retryAfterMs: 7},
  };
  const {asker, told} = makeAsker(({data}) => answers[data.user]);
  expect(await asker.ask(about('ada'))).toEqual({});
  expect(await asker.ask(about('bob'))).toEqual({role: 'moderator'});
  await expect(asker.ask(about('eve'))).rejects.toMatchObject({code: 'denied', reason: undefined});
  await expect(asker.ask(about('mia'))).rejects.toMatchObject({
    code: 'rate_limited',
    reason: 'quota.used-up',
    message: 'Come tomorrow.',
    retryAfterMs: 7,
  });
  expect(told).toEqual(['allowed 0', 'allowed 0', 'refused 0', 'refused 0']);
});

test('[HOOK10] an answer stands for as long as it says, for its user and room; a refusal likewise', async () => {
  const {asker, clock, asked, told} = makeAsker(({data}) =>
    data.user === 'eve' ? {allow: false, cacheMs: 1_000} : {allow: true, role: 'owner', cacheMs: 1_000},
  );
  for (let n = 0; n < 3; n += 1) expect(await asker.ask(about('ada'))).toEqual({role: 'owner'});
  expect(asked()).toBe(1);
  for (let n = 0; n < 3; n += 1) await expect(asker.ask(about('eve'))).rejects.toMatchObject({code: 'denied'});
  await asker.ask(about('ada', 'attic'));
  await asker.ask(about('bob'));
  expect(asked()).toBe(4);
  clock.advance(999);
  await asker.ask(about('ada'));
  expect(asked()).toBe(4);
  clock.advance(1);
  await asker.ask(about('ada'));
  expect(asked()).toBe(5);
  expect(told.filter((each) => each.startsWith('kept'))).toHaveLength(5);
});

test.each(['open', 'closed'])(
  '[HOOK11] without an answer in time, with a wrong one and with none, it fails %s',
  async (fails) => {
    const wrong: Record<string, unknown> = {
      silent: undefined,
      none: 'yes',
      odd: {allow: true, rolle: 'owner'},
      high: {allow: true, role: 'emperor'},
      code: {allow: false, code: 'internal'},
      long: {allow: true, cacheMs: 3_600_001},
      gone: undefined,
      thrown: undefined,
    };
    const {asker, clock, told} = makeAsker(
      ({data: {user}}) => {
        if (user === 'silent') return silence();
        if (user === 'gone') throw new NoAnswer('away', 'connection refused');
        if (user === 'thrown') throw new Error('a defect over there');
        return wrong[user];
      },
      {fails},
    );
    for (const user of Object.keys(wrong)) {
      const asking = caught(asker.ask(about(user)));
      await clock.pass(user === 'silent' ? 500 : 0);
      const outcome = await asking;
      if (fails === 'open') expect([user, outcome]).toEqual([user, undefined]);
      else expect([user, outcome]).toMatchObject([user, {code: 'unavailable', retryAfterMs: 1_000}]);
      clock.advance(10_000);
    }
    expect(told.filter((each) => !each.startsWith('failed'))).toEqual([
      'away 500',
      ...Array.from({length: 5}, () => 'wrong 0'),
      'away 0',
      'wrong 0',
    ]);
    expect(told.filter((each) => each.startsWith('failed'))).toEqual([
      'failed: no answer within 500 ms',
      expect.stringMatching(/^failed: the answer: /),
      expect.stringMatching(/^failed: rolle: /),
      expect.stringMatching(/^failed: role: /),
      expect.stringMatching(/^failed: code: /),
      expect.stringMatching(/^failed: cacheMs: /),
      'failed: connection refused',
      expect.stringMatching(/^failed: .*a defect over there/),
    ]);
    expect(clock.timers).toBe(0);
  },
);

test('[HOOK12] a backend that is dead makes nobody wait any more; it is asked again when it may be back', async () => {
  let isDead = true;
  const {asker, clock, told, asked} = makeAsker(() => (isDead ? silence() : {allow: true}), {atOnce: 8});
  const first = Array.from({length: 5}, (_, n) => caught(asker.ask(about(`user-${n}`))));
  await clock.pass(500);
  await Promise.all(first);
  for (let n = 0; n < 100; n += 1) {
    await expect(asker.ask(about(`later-${n}`))).rejects.toMatchObject({code: 'unavailable', retryAfterMs: 1_000});
  }
  expect(asked()).toBe(5);
  expect(told.filter((each) => each === 'spared 0')).toHaveLength(100);
  isDead = false;
  clock.advance(1_000);
  expect(await asker.ask(about('ada'))).toEqual({});
  expect(told.filter((each) => each.startsWith('circuit'))).toEqual(['circuit open', 'circuit closed']);
  expect(told.filter((each) => each.startsWith('failed'))).toHaveLength(1);
});

test('[HOOK13] so many are asked at once, so many wait, and beyond those all are refused, also where it fails open', async () => {
  let underway = 0;
  let most = 0;
  const release: (() => void)[] = [];
  const {asker, clock, told} = makeAsker(
    async () => {
      underway += 1;
      most = Math.max(most, underway);
      await new Promise<void>((resolve) => release.push(resolve));
      underway -= 1;
      return {allow: true};
    },
    {fails: 'open', atOnce: 2, waiting: 3},
  );
  const asking = Array.from({length: 7}, (_, n) => caught(asker.ask(about(`user-${n}`))));
  await settled();
  expect(await Promise.all(asking.slice(5))).toMatchObject([
    {code: 'overloaded', limit: 'hooks', retryAfterMs: 1_000},
    {code: 'overloaded'},
  ]);
  while (release.length > 0) {
    for (const go of release.splice(0)) go();
    await settled();
  }
  expect(await Promise.all(asking.slice(0, 5))).toEqual(Array.from({length: 5}, () => ({})));
  expect(most).toBe(2);

  const late = Array.from({length: 5}, (_, n) => caught(asker.ask(about(`late-${n}`))));
  await clock.pass(500);
  const overloaded = expect.objectContaining({code: 'overloaded'}) as unknown;
  expect(await Promise.all(late)).toEqual([undefined, undefined, overloaded, overloaded, overloaded]);
  expect(told.filter((each) => each.startsWith('overloaded'))).toHaveLength(5);
  expect(clock.timers).toBe(0);
});
