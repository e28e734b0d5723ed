import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Harness} from '../../test/fakes/harness.js';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import type {Stored} from '../../test/fakes/scripted-room.js';

type Step =
  | {readonly do: 'say' | 'send'; readonly fate: 'deliver' | 'lose' | 'double' | 'delay'}
  | {readonly do: 'cut' | 'forget' | 'down' | 'loseAnswer' | 'loseLog' | 'wait'};

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('say' as const, 'send' as const),
      fate: fc.constantFrom('deliver' as const, 'lose' as const, 'double' as const, 'delay' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('cut' as const, 'forget' as const, 'down' as const, 'loseAnswer' as const, 'wait' as const),
    }),
  },
  {weight: 1, arbitrary: fc.record({do: fc.constant('loseLog' as const)})},
);

/** Carries out a story and gives what the client saw of it, stretch by stretch between resets. */
async function live(
  steps: readonly Step[],
): Promise<{seen: Stored['payload'][][]; harness: Harness; sent: string[]; failed: number}> {
  const harness = new Harness();
  const {server, clock} = harness;
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const seen: Stored['payload'][][] = [[]];
  room.on('message', (message) => seen.at(-1)?.push(message));
  room.on('reset', () => seen.push([]));
  const fates: string[] = [];
  let delayed: Stored[] = [];
  server.deliver = (stored) => {
    switch (fates.shift()) {
      case 'lose':
        return [];
      case 'double':
        return [stored, stored];
      case 'delay':
        delayed.push(stored);
        return [];
      default: {
        const late = delayed;
        delayed = [];
        return [stored, ...late];
      }
    }
  };
  const sent: string[] = [];
  let failed = 0;
  for (const one of steps) {
    switch (one.do) {
      case 'say':
        fates.push(one.fate);
        server.say('lobby', 'said');
        break;
      case 'send': {
        fates.push(one.fate);
        const message = room.send('sent');
        sent.push(message.id);
        message.done.catch(() => (failed += 1));
        break;
      }
      case 'cut':
        server.cut();
        break;
      case 'forget':
        server.forget();
        server.cut();
        break;
      case 'down':
        server.down = !server.down;
        if (server.down) server.cut();
        break;
      case 'loseAnswer': {
        let once = true;
        server.loseAnswer = (name) => name === 'chat.send' && once && !(once = false);
        break;
      }
      case 'loseLog':
        server.room('lobby').lose();
        server.cut();
        break;
      case 'wait':
        await clock.turn(1_000);
        break;
    }
    await settle();
  }
  server.down = false;
  server.deliver = (stored) => [stored];
  server.loseAnswer = () => false;
  await clock.turn(120_000);
  // Something that makes any hole at the end visible.
  server.say('lobby', 'last');
  await clock.turn(30_000);
  await until(() => room.position?.offset === server.room('lobby').head, 'the room to be up to date');
  await until(() => room.outgoing.length === 0, 'the outbox to be empty');
  await parley.close();
  return {seen, harness, sent, failed};
}

test('[FEED2] [CHAT3] whatever is doubled, lost, delayed or cut: gap-free, duplicate-free, in order, and sent once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 40}), async (steps) => {
      const {seen, harness, sent, failed} = await live(steps);
      for (const stretch of seen) {
        const [first] = stretch;
        expect(stretch.map(({offset}) => offset)).toEqual(stretch.map((_, index) => (first?.offset ?? 0) + index));
        expect(new Set(stretch.map(({epoch}) => epoch)).size).toBeLessThanOrEqual(1);
      }
      expect(failed).toBe(0);
      const lostLog = steps.some((one) => one.do === 'loseLog');
      if (lostLog) return;
      // Without a lost log nothing is ever given up, and each message is there once, in the order of sending.
      expect(seen).toHaveLength(1);
      const log = harness.server.room('lobby').log.map(({payload}) => payload);
      expect(seen[0]?.map(({offset}) => offset)).toEqual(log.map(({offset}) => offset));
      expect(
        log.flatMap((payload) => ('id' in payload && sent.includes(String(payload.id)) ? [payload.id] : [])),
      ).toEqual(sent);
    }),
    {numRuns: 300},
  );
});
