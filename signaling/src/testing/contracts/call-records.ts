import {describe, expect, test} from 'vitest';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const keepMs = 1_000;

/** What every twin of the calls' records guarantees. */
export function callRecordsContract(name: string, makeCluster: MakeCluster): void {
  describe(`call records: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[PEER12] settings are the room’s: what is set stays, and what is no longer said is as if never said', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).calls, nodeOf(cluster, 1).calls];
      expect(await a.settings('den')).toEqual({lobby: false, limits: {}});
      expect(await a.setSettings('den', {lobby: true})).toEqual({lobby: true, limits: {}});
      const limited = {lobby: true, limits: {peers: 4, bitrate: 0}};
      expect(await b.setSettings('den', {limits: {peers: 4, bitrate: 0}})).toEqual(limited);
      expect(await a.settings('den')).toEqual(limited);
      expect(await a.setSettings('den', {lobby: false, limits: {peers: undefined}})).toEqual({
        lobby: false,
        limits: {bitrate: 0},
      });
      expect(await b.settings('attic')).toEqual({lobby: false, limits: {}});
    });

    test('[PEER12] settings of many at once all count', async () => {
      const cluster = await make(2);
      const names = ['peers', 'producers', 'producersPerPeer', 'bitrate', 'videos', 'voices'] as const;
      await Promise.all(
        names.map((limit, index) => nodeOf(cluster, index % 2).calls.setSettings('den', {limits: {[limit]: index}})),
      );
      const {limits} = await nodeOf(cluster, 0).calls.settings('den');
      expect(limits).toEqual({peers: 0, producers: 1, producersPerPeer: 2, bitrate: 3, videos: 4, voices: 5});
    });

    test('[PEER13] who runs the call next finds what was noted, and the one before can note nothing more', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).calls, nodeOf(cluster, 1).calls];
      expect(await a.open('den', 5, keepMs)).toEqual(new Map());
      const notes = new Map([
        ['locked', '1'],
        ['hand s_1', 'a text with spaces, “quotes” and +-'],
      ]);
      expect(await a.note('den', 5, notes, keepMs)).toBe(true);
      expect(await a.note('den', 5, new Map([['locked', undefined]]), keepMs)).toBe(true);
      expect(await b.open('den', 6, keepMs)).toEqual(new Map([['hand s_1', 'a text with spaces, “quotes” and +-']]));
      expect(await a.note('den', 5, new Map([['locked', '1']]), keepMs)).toBe(false);
      await a.forget('den', 5);
      expect(await b.note('den', 6, new Map([['empty', '']]), keepMs)).toBe(true);
      expect((await b.open('den', 7, keepMs)).size).toBe(2);
      expect((await b.open('den', 7, keepMs)).get('empty')).toBe('');
    });

    test('[PEER13] a call that is over leaves nothing, and one that nobody rebuilds is forgotten', async () => {
      const cluster = await make(1);
      const {calls} = nodeOf(cluster, 0);
      await calls.open('den', 1, keepMs);
      await calls.note('den', 1, new Map([['locked', '1']]), keepMs);
      await calls.forget('den', 1);
      expect(await calls.open('den', 2, keepMs)).toEqual(new Map());
      await calls.note('den', 2, new Map([['locked', '1']]), keepMs);
      await cluster.pass(keepMs * 0.8);
      expect(await calls.note('den', 2, new Map(), keepMs)).toBe(true);
      await cluster.pass(keepMs * 0.8);
      expect((await calls.open('den', 3, keepMs)).get('locked')).toBe('1');
      await cluster.pass(keepMs * 1.2);
      expect(await calls.open('den', 4, keepMs)).toEqual(new Map());
    });
  });
}
