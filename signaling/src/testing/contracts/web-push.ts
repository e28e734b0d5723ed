import {describe, expect, test} from 'vitest';
import type {WebPushDirectory, WebPushSubscription} from '../../ports.js';
import {mostSubscriptions} from '../../ports.js';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const browser = (index: number): WebPushSubscription => ({
  id: `browser-${String(index).padStart(14, '0')}`,
  endpoint: `https://push.example/${index}`,
  keys: {p256dh: 'p'.repeat(87), auth: 'a'.repeat(22)},
});

const idsOf = async (directory: WebPushDirectory, user: string): Promise<readonly string[]> =>
  (await directory.of([user])).get(user)?.subscriptions.map(({id}) => id) ?? [];

/** What every twin of the directory of browsers guarantees. */
export function webPushContract(name: string, makeCluster: MakeCluster): void {
  describe(`web push: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[WPUSH1] what is registered at one node is known to the other, until it is removed', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).webPush, nodeOf(cluster, 1).webPush];
      const before = cluster.now();
      await a.register('ada', {...browser(1), device: 'laptop', session: 'session-1'});
      await cluster.pass(5);
      await b.register('ada', browser(2));
      const standing = (await b.of(['ada', 'bob'])).get('ada');
      expect(standing?.subscriptions).toMatchObject([
        {...browser(1), device: 'laptop', session: 'session-1'},
        browser(2),
      ]);
      expect(standing?.subscriptions[0]?.at).toBeGreaterThanOrEqual(before - 1_000);
      expect((await b.of(['ada', 'bob'])).has('bob')).toBe(false);
      await b.remove('ada', browser(1).id);
      await b.remove('ada', browser(1).id);
      await b.remove('nobody', browser(1).id);
      expect(await idsOf(a, 'ada')).toEqual([browser(2).id]);
    });

    test('[WPUSH1] one that is registered again is there once, with what it says now', async () => {
      const cluster = await make(1);
      const {webPush} = nodeOf(cluster, 0);
      await webPush.register('ada', browser(1));
      await cluster.pass(5);
      await webPush.register('ada', browser(2));
      await cluster.pass(5);
      await webPush.register('ada', {...browser(1), keys: {p256dh: 'q'.repeat(87), auth: 'b'.repeat(22)}});
      expect(await idsOf(webPush, 'ada')).toEqual([browser(2).id, browser(1).id]);
      expect((await webPush.of(['ada'])).get('ada')?.subscriptions.at(-1)?.keys.auth).toBe('b'.repeat(22));
    });

    test('[WPUSH1] for one too many the one that was not registered for longest gives way', async () => {
      const cluster = await make(1);
      const {webPush} = nodeOf(cluster, 0);
      for (let index = 1; index <= mostSubscriptions + 2; index += 1) {
        await webPush.register('ada', browser(index));
        await cluster.pass(2);
      }
      const ids = await idsOf(webPush, 'ada');
      expect(ids).toEqual(Array.from({length: mostSubscriptions}, (_, index) => browser(index + 3).id));
    });

    test('[WPUSH2] a browser that another user registers is no longer the first one’s', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).webPush, nodeOf(cluster, 1).webPush];
      await a.register('ada', browser(1));
      await b.register('bob', browser(1));
      expect(await idsOf(b, 'ada')).toEqual([]);
      expect(await idsOf(a, 'bob')).toEqual([browser(1).id]);
      // Late word of the one who had it takes nothing from the one who has it.
      await a.remove('ada', browser(1).id);
      expect(await idsOf(a, 'bob')).toEqual([browser(1).id]);
      await a.register('ada', browser(1));
      expect([await idsOf(b, 'ada'), await idsOf(b, 'bob')]).toEqual([[browser(1).id], []]);
    });

    test('[WPUSH5] when a user wants to be woken is known to all nodes', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).webPush, nodeOf(cluster, 1).webPush];
      const quietHours = {from: '22:00', until: '07:00', timeZone: 'Europe/Berlin'};
      await a.register('ada', browser(1));
      expect((await b.of(['ada'])).get('ada')?.policy).toBeUndefined();
      await a.setPolicy('ada', {when: 'away', quietHours});
      expect((await b.of(['ada'])).get('ada')).toMatchObject({policy: {when: 'away', quietHours}});
      await b.setPolicy('ada', {when: 'never'});
      expect((await a.of(['ada'])).get('ada')?.policy).toEqual({when: 'never'});
      expect(await idsOf(a, 'ada')).toEqual([browser(1).id]);
    });

    test('[WPUSH1] nothing is registered while the store is away', async () => {
      const cluster = await make(1);
      const {webPush} = nodeOf(cluster, 0);
      await cluster.setAvailable(false);
      await expect(webPush.register('ada', browser(1))).rejects.toMatchObject({code: 'unavailable'});
      await cluster.setAvailable(true);
      expect(await idsOf(webPush, 'ada')).toEqual([]);
    });
  });
}
