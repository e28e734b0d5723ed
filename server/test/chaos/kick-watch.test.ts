import {expect, test} from 'vitest';
import {KickWatch} from './kick-watch.js';

/** A session that was kicked by the word of the first node; `hears` on its connection to the second. */
function begin() {
  const violations: string[] = [];
  const watch = new KickWatch((what) => violations.push(what));
  const hears = (at?: number): void => {
    watch.hears('ann', 's1', 'chat.typing', {via: ['node1'], ...(at !== undefined && {at})});
  };
  const kick = (tookMs = 10): void => {
    watch.answered('s1', {by: 'node0', tookMs});
  };
  return {watch, violations, hears, kick};
}
const later = (ms: number): number => Date.now() + ms;
const pass = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('[SES9] an event that was stored after the answer is a violation', () => {
  const {violations, hears, kick} = begin();
  hears(later(1_000));
  kick();
  expect(violations).toEqual([]);
  hears(later(1_000));
  expect(violations).toHaveLength(1);
});

test('[SES9] whatever arrives is a violation once nothing can be under way any more', async () => {
  const {watch, violations, hears, kick} = begin();
  kick();
  hears();
  expect(violations).toEqual([]);
  watch.silent('s1');
  await pass();
  hears();
  expect(violations).toHaveLength(1);
  expect(watch.strict).toBe(1);
});

test('[SES9] what was broken on the way of the kick excuses for a time, and what was broken elsewhere does not', async () => {
  for (const [thing, most] of [
    ['redis', 0],
    ['node0', 0],
    ['node1', 0],
    ['node2', 1],
  ] as const) {
    const {watch, violations, hears, kick} = begin();
    const mended = watch.trouble([thing]);
    await pass();
    kick();
    watch.silent('s1');
    mended();
    await pass();
    hears();
    expect(violations, thing).toHaveLength(most);
    hears(later(60_000));
    expect(violations, thing).toHaveLength(most + 1);
  }
});

test('[SES9] once the cluster is known to be whole, nothing that was excuses', async () => {
  const {watch, violations, hears, kick} = begin();
  watch.trouble(['redis'])();
  watch.whole();
  await pass();
  kick();
  watch.silent('s1');
  await pass();
  hears();
  expect(violations).toHaveLength(1);
});

test('[SES9] an answer that came without the word of the session’s node is no promise of silence at once', async () => {
  const {watch, violations, hears, kick} = begin();
  kick(2_000);
  watch.silent('s1');
  await pass();
  hears();
  expect(violations).toEqual([]);
  expect(watch.strict).toBe(0);
  hears(later(60_000));
  expect(violations).toHaveLength(1);
});
