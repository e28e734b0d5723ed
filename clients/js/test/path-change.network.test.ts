import {expect, test} from 'vitest';
import {NearAndFar} from './browser/near-and-far.js';
import {Speech} from './browser/speech.js';
import {eventually} from './clients.js';
import {ShapedLink} from './shaped-link.js';

const {missing} = ShapedLink;
const skipped = missing === undefined ? '' : ` (${missing})`;
/** Longer than any pause of a path that works. */
const noticeableMs = 350;
/** More than one for figures, which are printed: how long each hears nothing of the other, in milliseconds. */
const changes = Number(process.env['PARLEY_PATH_CHANGES'] ?? 1);

/** The link stays up and gets another address, or goes down and comes up in another network. */
const ways = {
  'another address': (link: ShapedLink): void => {
    link.move();
  },
  'another network': (link: ShapedLink): void => {
    link.rejoin();
  },
};

const figures = (durations: readonly number[]): object => {
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return {changes, p50: at(0.5), p95: at(0.95), most: at(1)};
};

test.skipIf(missing !== undefined)(
  `[CALL70] [CON15] who gets another address goes on in the call: the same session, the same tracks${skipped}`,
  async () => {
    using link = new ShapedLink();
    await using speech = await Speech.write();
    await using places = await NearAndFar.open(link, {microphone: speech.file});
    const {bob, ada} = await places.meet();
    const before = [await ada.track(), await bob.track(), await ada.session()];
    for (const [way, change] of Object.entries(ways)) {
      const silences: number[] = [];
      for (let done = 0; done < changes; done += 1) {
        await Promise.all([ada.listen(), bob.listen()]);
        await Promise.all([ada.sees(), bob.sees()]);
        change(link);
        const longest = (): Promise<number[]> => Promise.all([ada.longestSilence(), bob.longestSilence()]);
        await eventually(async () => Math.min(...(await longest())) > noticeableMs, 'the end of the silence');
        silences.push(...(await longest()));
        await Promise.all([ada.sees(), bob.sees()]);
      }
      if (changes > 1) console.log(JSON.stringify({way, silence: figures(silences)}));
    }
    expect([await ada.track(), await bob.track(), await ada.session()]).toEqual(before);
    // Nobody was told that the call had to be rebuilt, and the other noticed nothing of it but the silence.
    expect(await ada.states()).not.toContain('lost');
    expect(await bob.states()).toEqual([]);
  },
  60_000 + changes * 40_000,
);

test.skipIf(missing !== undefined || changes === 1)(
  `[CALL71] whose network is gone is gone from the call within 12 s, and in it again by itself when there is one${skipped}`,
  async () => {
    using link = new ShapedLink();
    await using speech = await Speech.write();
    await using places = await NearAndFar.open(link, {microphone: speech.file});
    const {bob, ada} = await places.meet();
    const session = await ada.session();
    const cutAt = performance.now();
    link.cut();
    await eventually(async () => (await bob.others()).includes('reconnecting'), 'the mark');
    const markedMs = Math.round(performance.now() - cutAt);
    await eventually(async () => (await bob.others()).length === 0, 'the end');
    const goneMs = Math.round(performance.now() - cutAt);
    link.mend();
    await Promise.all([ada.sees(), bob.sees()]);
    console.log(JSON.stringify({markedMs, goneMs, backMs: Math.round(performance.now() - cutAt) - goneMs}));
    expect(await ada.session()).toBe(session);
    expect(goneMs).toBeGreaterThan(markedMs);
  },
  120_000,
);

test.skipIf(missing !== undefined || changes === 1)(
  `how soon a page without Parley is given the new address, for comparison${skipped}`,
  async () => {
    using link = new ShapedLink();
    await using places = await NearAndFar.open(link);
    const page = await places.bare();
    for (const [way, change] of Object.entries(ways)) {
      const delays: number[] = [];
      for (let done = 0; done < changes; done += 1) {
        change(link);
        delays.push(await page.knows(link.farAddress));
      }
      console.log(JSON.stringify({way, bare: figures(delays)}));
      expect(Math.max(...delays)).toBeLessThan(20_000);
    }
    await page.close();
  },
  60_000 + changes * 10_000,
);
