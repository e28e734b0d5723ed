import {expect, test} from 'vitest';
import {NearAndFar} from './browser/near-and-far.js';
import {eventually} from './clients.js';
import {ShapedLink} from './shaped-link.js';

/** A steady path takes minutes to show that it is steady: this is run on demand, not with all tests. */
const minutes = Number(process.env['PARLEY_SHAPED_MINUTES'] ?? 0);
const missing = minutes > 0 ? ShapedLink.missing : 'Set PARLEY_SHAPED_MINUTES to how long a narrow path is watched.';

test.skipIf(missing !== undefined)(
  `[CALL23] [CALL25] at a steady narrow path the picture changes its size at most twice a minute, and the page knows why${missing === undefined ? '' : ` (${missing})`}`,
  {timeout: (minutes + 3) * 60_000},
  async () => {
    using link = new ShapedLink();
    await using places = await NearAndFar.open(link);
    const {ada} = await places.meet();
    await eventually(async () => (await ada.width()) === 1_280, 'the whole picture');
    link.narrow(900);
    await eventually(async () => (await ada.width()) < 1_280, 'a smaller picture');
    const widths: {at: number; width: number}[] = [];
    const begin = performance.now();
    let reasons: readonly string[] = [];
    while (performance.now() - begin < minutes * 60_000) {
      const width = await ada.width();
      const at = Math.round((performance.now() - begin) / 1_000);
      if (width !== widths.at(-1)?.width) widths.push({at, width});
      const quality = await ada.quality();
      if (quality !== undefined) reasons = quality;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    console.log(JSON.stringify({widths, reasons}));
    const inAMinute = widths.map(({at: from}) => widths.filter(({at}) => at >= from && at < from + 60).length);
    // The first entry is where it stands, no change.
    expect(Math.max(...inAMinute.slice(1), 0)).toBeLessThanOrEqual(2);
    expect(reasons).toContain('bandwidth');
    await ada.sees();
  },
);
