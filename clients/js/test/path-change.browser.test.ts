import {expect, test} from 'vitest';
import {NearAndFar} from './browser/near-and-far.js';
import {Speech} from './browser/speech.js';
import {eventually} from './clients.js';
import {ShapedLink} from './shaped-link.js';

const {missing} = ShapedLink;
/** Longer than any pause of a path that works. */
const noticeableMs = 350;
/** More than one for figures, which are printed: how long each hears nothing of the other, in milliseconds. */
const changes = Number(process.env['PARLEY_PATH_CHANGES'] ?? 1);

test.skipIf(missing !== undefined)(
  `[CALL70] [CON15] who gets another address goes on in the call: the same session, the same tracks${missing === undefined ? '' : ` (${missing})`}`,
  async () => {
    using link = new ShapedLink();
    await using speech = await Speech.write();
    await using places = await NearAndFar.open(link, {microphone: speech.file});
    const {bob, ada} = await places.meet();
    const before = [await ada.track(), await bob.track(), await ada.session()];
    const silences: number[] = [];
    for (let change = 0; change < changes; change += 1) {
      await Promise.all([ada.listen(), bob.listen()]);
      await Promise.all([ada.sees(), bob.sees()]);
      link.move();
      const longest = (): Promise<number[]> => Promise.all([ada.longestSilence(), bob.longestSilence()]);
      await eventually(async () => Math.min(...(await longest())) > noticeableMs, 'the end of the silence');
      silences.push(...(await longest()));
      await Promise.all([ada.sees(), bob.sees()]);
    }
    silences.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(silences[Math.ceil(silences.length * share) - 1] ?? 0);
    if (changes > 1) console.log(JSON.stringify({changes, p50: at(0.5), p95: at(0.95), most: at(1)}));
    expect([await ada.track(), await bob.track(), await ada.session()]).toEqual(before);
    // Nobody was told that the call had to be rebuilt, and the other noticed nothing of it but the silence.
    expect(await ada.states()).not.toContain('lost');
    expect(await bob.states()).toEqual([]);
  },
  60_000 + changes * 20_000,
);
