import {afterEach, describe, expect, test} from 'vitest';
import {NoAnswer, type HookBackend, type HookQuestion} from '../../ports.js';

/** How the far side of a twin takes a question: it answers with some JSON, or it fails as a backend can. */
export type HookManner = {readonly answer: unknown} | 'silence' | 'failure' | 'absence';

export interface HookBackendUnderTest {
  readonly backend: HookBackend;
  close(): Promise<void>;
}

const ofUser = (user: string, id = `h-${user}`): HookQuestion<'join'> => ({
  hook: 'join',
  id,
  at: 1_800_000_000_000,
  data: {user, name: user.toUpperCase(), session: `session-${user}`, room: 'den'},
});
const never = (): AbortSignal => new AbortController().signal;

/** What every twin of the application's backend guarantees. */
export function hookBackendContract(
  name: string,
  make: (manner: (question: HookQuestion) => HookManner) => Promise<HookBackendUnderTest>,
): void {
  describe(`hook backend: ${name}`, () => {
    const made: HookBackendUnderTest[] = [];
    afterEach(async () => {
      for (const one of made.splice(0)) await one.close();
    });
    const open = async (manner: (question: HookQuestion) => HookManner): Promise<HookBackend> => {
      const one = await make(manner);
      made.push(one);
      return one.backend;
    };

    test('[HOOK9] the question arrives whole, and the answer comes back as it was given', async () => {
      const seen: HookQuestion[] = [];
      const answer = {allow: 'perhaps', nested: [1, {two: null}], text: 'ü'};
      const backend = await open((question) => {
        seen.push(question);
        return {answer};
      });
      expect(await backend.ask(ofUser('ada'), never())).toEqual(answer);
      expect(seen).toEqual([ofUser('ada')]);
    });

    test('[HOOK9] of many at once each gets its own answer', async () => {
      const backend = await open(({data}) => ({answer: {of: data.user}}));
      const users = Array.from({length: 50}, (_, index) => `user-${index}`);
      const answers = await Promise.all(users.map((user) => backend.ask(ofUser(user), never())));
      expect(answers).toEqual(users.map((user) => ({of: user})));
    });

    test('[HOOK11] who is not there is away, and who fails is wrong', async () => {
      const backend = await open(({data}) => (data.user === 'ada' ? 'failure' : 'absence'));
      const outcomeOf = (user: string) => backend.ask(ofUser(user), never()).catch((error: unknown) => error);
      const [failed, absent] = [await outcomeOf('ada'), await outcomeOf('bob')];
      expect([failed, absent]).toEqual([expect.any(NoAnswer), expect.any(NoAnswer)]);
      expect([failed, absent]).toMatchObject([{kind: 'wrong'}, {kind: 'away'}]);
    });

    test('[HOOK11] nobody waits for silence after giving up', async () => {
      const backend = await open(({data}) => (data.user === 'ada' ? 'silence' : {answer: 1}));
      const giveUp = new AbortController();
      const asking = backend.ask(ofUser('ada'), giveUp.signal).catch((error: unknown) => error);
      expect(await backend.ask(ofUser('bob'), never())).toBe(1);
      giveUp.abort();
      expect(await asking).toMatchObject({name: 'NoAnswer', kind: 'away'});
      await expect(backend.ask(ofUser('bob'), giveUp.signal)).rejects.toMatchObject({kind: 'away'});
    });
  });
}
