import {expect, test} from 'vitest';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
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
    await using node = await spawnNode({
      PARLEY_HOST: link.address,
      PARLEY_MEDIA_WORKERS: '1',
      PARLEY_MEDIA_PORT: '0',
      MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
    });
    const script = await bundleCallPage();
    const trusted = [`--unsafely-treat-insecure-origin-as-secure=${node.url}`];
    const near = await launch({flags: trusted});
    const far = await launch({
      flags: trusted,
      program: link.inside(process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium'),
    });
    try {
      const bob = await Caller.enter(near, script, node.url, await node.token('bob'));
      const ada = await Caller.enter(far, script, node.url, await node.token('ada'));
      await Promise.all([ada.sees(), bob.sees()]);
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
    } finally {
      await Promise.all([near.close(), far.close()]);
    }
  },
);
