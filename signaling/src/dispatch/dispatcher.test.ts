import {chat, ParleyError, presence, session, type Answer} from '@parley/protocol';
import {expect, test} from 'vitest';
import {HandClock, settled} from '../testing/index.js';
import {Dispatcher} from './dispatcher.js';
import {on, type Handler, type RequestSession} from './handler.js';
import {RequestRate} from './request-rate.js';

const ada: RequestSession = {
  id: 's_ada-session',
  user: 'ada',
  name: 'Ada',
  inRoom: () => true,
  standing: () => undefined,
  granted: () => undefined,
};

class Bench {
  readonly clock = new HandClock();
  readonly defects: {error: unknown; context: Readonly<Record<string, string>>}[] = [];
  readonly done: string[] = [];
  readonly dispatcher: Dispatcher<RequestSession>;

  constructor(...handlers: Handler[]) {
    this.dispatcher = new Dispatcher(handlers, {
      allow: () => undefined,
      clock: this.clock,
      observer: {
        requestDone: (name, code, durationMs) => {
          this.done.push(`${name} ${code} ${durationMs}`);
        },
        limitReached: (limit) => {
          this.done.push(`limit ${limit}`);
        },
      },
      onDefect: (error, context) => this.defects.push({error, context}),
    });
  }

  ask(name: string, params: unknown): Promise<Answer<unknown>> {
    return new Promise((resolve) => {
      this.dispatcher.dispatch(ada, name, params, resolve);
    });
  }
}

const users = (...names: string[]): {users: string[]} => ({users: names});

test('[ENV1] the acknowledgement is called once, with the data or with the error', async () => {
  const bench = new Bench(
    on(presence.get, ({users: asked}) => {
      if (asked.includes('nobody')) throw new ParleyError('forbidden');
      return {users: asked.map((user) => ({user, status: 'online' as const})), hidden: []};
    }),
  );
  const answers: Answer<unknown>[] = [];
  for (const name of ['nobody', 'ada']) {
    bench.dispatcher.dispatch(ada, 'presence.get', users(name), (answer) => {
      answers.push(answer);
      throw new Error('a client’s acknowledgement that fails');
    });
  }
  await settled();
  expect(answers).toEqual([
    {ok: false, error: {code: 'forbidden', message: 'This user may not do this.', retryable: false}},
    {ok: true, data: {users: [{user: 'ada', status: 'online'}], hidden: []}},
  ]);
  expect(bench.defects).toHaveLength(2);
});

test('[ENV2] what has no code is internal, and its text stays here', async () => {
  const bench = new Bench(
    on(presence.get, async () => Promise.reject(new Error('the password is swordfish'))),
    on(session.list, () => {
      throw new ParleyError('unavailable', {retryAfterMs: 1_000});
    }),
  );
  const hidden = await bench.ask('presence.get', users('ada'));
  expect(hidden).toMatchObject({ok: false, error: {code: 'internal', retryable: true}});
  expect(JSON.stringify(hidden)).not.toContain('swordfish');
  expect(bench.defects).toMatchObject([{context: {request: 'presence.get', user: 'ada'}}]);
  expect(await bench.ask('session.list', {})).toMatchObject({
    error: {code: 'unavailable', retryable: true, retryAfterMs: 1_000},
  });
  expect(bench.defects).toHaveLength(1);
});

test('[ENV3] an argument that does not fit is refused before anything acts on it, naming the first field', async () => {
  let acted = 0;
  const bench = new Bench(
    on(chat.send, () => {
      acted += 1;
      return {epoch: 'e', offset: 1, at: 1};
    }),
    on(presence.get, () => ({users: [], hidden: []})),
  );
  const good = {room: 'den', id: 'm1', text: 'hi'};
  for (const [params, field] of [
    [{...good, text: 7}, 'text'],
    [{...good, room: 'no spaces'}, 'room'],
    [{...good, extra: 1}, 'extra'],
    [{room: 'den', text: 'hi'}, 'id'],
    [{}, 'room'],
    [undefined, undefined],
    ['text', undefined],
    [[good], undefined],
  ] as const) {
    const answer = await bench.ask('chat.send', params);
    expect(answer).toMatchObject({ok: false, error: {code: 'invalid_payload', retryable: false}});
    expect(answer.ok || answer.error.field).toBe(field);
  }
  expect(await bench.ask('presence.get', users('ada', 'no spaces'))).toMatchObject({error: {field: 'users.1'}});
  expect(acted).toBe(0);
  expect(bench.defects).toEqual([]);
});

test('[ENV3] a field that the client made up comes back at a bounded length', async () => {
  const bench = new Bench(on(session.list, () => ({sessions: []})));
  const answer = await bench.ask('session.list', {['x'.repeat(50_000)]: 1});
  expect(JSON.stringify(answer).length).toBeLessThan(1_000);
});

test('[ENV4] a request of an unknown name is refused, whatever the name', async () => {
  const bench = new Bench(on(session.list, () => ({sessions: []})));
  for (const name of ['session.lists', '', '__proto__', 'constructor', 'x'.repeat(10_000)]) {
    expect(await bench.ask(name, {})).toMatchObject({ok: false, error: {code: 'unknown_request'}});
  }
  expect(new Set(bench.done)).toEqual(new Set(['unknown unknown_request 0']));
});

test('[ENV8] requests are begun in the order they were sent, and answered when they are ready', async () => {
  const begun: string[] = [];
  const bench = new Bench(
    on(presence.get, async ({users: [user = '']}) => {
      begun.push(user);
      if (user === 'slow') await new Promise<void>((resolve) => bench.clock.after(1_000, resolve));
      return {users: [], hidden: []};
    }),
  );
  const answered: string[] = [];
  for (const user of ['slow', 'quick', 'last']) {
    bench.dispatcher.dispatch(ada, 'presence.get', users(user), () => answered.push(user));
  }
  expect(begun).toEqual(['slow', 'quick', 'last']);
  await bench.clock.pass(1_000);
  expect(answered).toEqual(['quick', 'last', 'slow']);
  expect(bench.done).toEqual(['presence.get ok 0', 'presence.get ok 0', 'presence.get ok 1000']);
});

test('what is to follow an answer follows it in the same turn, and not a refusal', async () => {
  const seen: string[] = [];
  const bench = new Bench(
    on(presence.get, ({users: [user]}, {afterReply}) => {
      afterReply(() => seen.push('first'));
      afterReply(() => {
        throw new Error('one that fails holds up none');
      });
      afterReply(() => seen.push('second'));
      if (user === 'refused') throw new ParleyError('forbidden');
      return {users: [], hidden: []};
    }),
  );
  for (const user of ['refused', 'ada']) {
    bench.dispatcher.dispatch(ada, 'presence.get', users(user), () => {
      seen.push('answer');
      queueMicrotask(() => seen.push('next turn'));
    });
  }
  await settled();
  expect(seen).toEqual(['answer', 'next turn', 'answer', 'first', 'second', 'next turn']);
  expect(bench.defects).toHaveLength(1);
});

test('[ENV7] so many requests per second, twice as many in a burst, and the time to wait is told', () => {
  const rate = new RequestRate({perSecond: 10, burst: 20});
  const ask = (now: number, times: number) => Array.from({length: times}, () => rate.ask(now).verdict);
  expect(ask(0, 20)).toEqual(Array.from({length: 20}, () => 'pass'));
  expect(rate.ask(0)).toEqual({verdict: 'refuse', retryAfterMs: 100});
  expect(rate.ask(50)).toEqual({verdict: 'refuse', retryAfterMs: 50});
  expect(ask(100, 2)).toEqual(['pass', 'refuse']);
  expect(ask(600, 6)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass', 'refuse']);
});

test('[ENV7] who keeps on regardless is taken for abusive; who pauses is forgiven', () => {
  const rate = new RequestRate({perSecond: 10, burst: 20});
  const verdicts = Array.from({length: 121}, () => rate.ask(0).verdict);
  expect(verdicts.indexOf('abuse')).toBe(120);
  const patient = new RequestRate({perSecond: 10, burst: 20});
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 70; n += 1) expect(patient.ask(round * 2_000).verdict).not.toBe('abuse');
  }
});
