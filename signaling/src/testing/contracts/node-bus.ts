import {ParleyError} from '@parley/protocol';
import {describe, expect, test} from 'vitest';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';

const code = (wanted: string): Error => expect.objectContaining({code: wanted}) as Error;
const never = (): Promise<never> => new Promise(() => {});

/** What every twin of the node bus guarantees. */
export function nodeBusContract(name: string, makeCluster: MakeCluster): void {
  describe(`node bus: ${name}`, () => {
    const make = clusters(makeCluster);

    test('a request is answered by its target, which may be the asking node itself', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).bus, nodeOf(cluster, 1).bus];
      for (const bus of [a, b]) bus.handle('greet', async (params, from) => ({by: bus.node, params, from}));
      expect(await a.request(b.node, 'greet', {n: 1})).toEqual({by: b.node, params: {n: 1}, from: a.node});
      expect(await a.request(a.node, 'greet', [null])).toEqual({by: a.node, params: [null], from: a.node});
      b.handle('nothing', async () => undefined);
      expect(await a.request(b.node, 'nothing', {})).toBeUndefined();
    });

    test('[ENV2] a handler’s refusal arrives with its code, and anything else as internal', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).bus, nodeOf(cluster, 1).bus];
      b.handle('refuse', async () => {
        throw new ParleyError('call_full', {field: 'room', retryAfterMs: 5});
      });
      b.handle('break', async () => {
        throw new TypeError('a secret');
      });
      await expect(a.request(b.node, 'refuse', {})).rejects.toMatchObject({
        code: 'call_full',
        field: 'room',
        retryAfterMs: 5,
      });
      const broken: unknown = await a.request(b.node, 'break', {}).catch((error: unknown) => error);
      expect(broken).toBeInstanceOf(ParleyError);
      expect(broken).toMatchObject({code: 'internal'});
      expect((broken as Error).message).not.toContain('secret');
      await expect(a.request(b.node, 'unheard of', {})).rejects.toEqual(code('unavailable'));
    });

    test('a request that is not answered in time is refused with timeout', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).bus, nodeOf(cluster, 1).bus];
      b.handle('never', never);
      const refused = expect(a.request(b.node, 'never', {}, {deadlineMs: 100})).rejects.toEqual(code('timeout'));
      await cluster.pass(200);
      await refused;
    });

    test('[CALL13] a request to a node that is gone, or goes meanwhile, is refused with unavailable', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).bus, nodeOf(cluster, 1).bus];
      b.handle('never', never);
      await expect(a.request('nobody', 'never', {})).rejects.toEqual(code('unavailable'));
      const refused = expect(a.request(b.node, 'never', {}, {deadlineMs: 60_000})).rejects.toEqual(code('unavailable'));
      await cluster.pass(10);
      await cluster.kill(nodeOf(cluster, 1));
      await cluster.pass(2_000);
      await refused;
      await expect(a.request(b.node, 'never', {})).rejects.toEqual(code('unavailable'));
    });

    test('messages from one node to another arrive in order, each once', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).bus, nodeOf(cluster, 1).bus];
      const heard: unknown[] = [];
      b.on('count', (n, from) => heard.push([n, from]));
      const numbers = Array.from({length: 200}, (_, index) => index);
      for (const n of numbers) a.send(b.node, 'count', n);
      await eventually(() => {
        expect(heard).toEqual(numbers.map((n) => [n, a.node]));
      });
      a.send('nobody', 'count', 0);
    });

    test('a broadcast reaches every node, this one included', async () => {
      const cluster = await make(3);
      const heard: string[] = [];
      for (const {bus} of cluster.nodes) bus.on('news', (payload) => heard.push(`${bus.node} ${String(payload)}`));
      nodeOf(cluster, 0).bus.broadcast('news', 'hello');
      await eventually(() => {
        expect(heard.sort()).toEqual(cluster.nodes.map(({bus}) => `${bus.node} hello`).sort());
      });
    });

    test('every node knows the live ones, and what they can', async () => {
      const cluster = await make(2);
      const third = await cluster.join({media: true, clients: false});
      const all = [...cluster.nodes, third].map(({bus}) => bus.node).sort();
      await eventually(() => {
        for (const {bus} of [...cluster.nodes, third])
          expect(
            bus
              .nodes()
              .map(({node}) => node)
              .sort(),
          ).toEqual(all);
      });
      const seen = nodeOf(cluster, 0).bus.nodes();
      expect(seen.find(({node}) => node === third.bus.node)).toMatchObject({media: true, clients: false});
      expect(seen.find(({node}) => node !== third.bus.node)).toMatchObject({media: false, clients: true});
    });

    test('[SES7] a node that is killed, and one that says farewell, are each told once to every other', async () => {
      const cluster = await make(4);
      const staying = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const [killed, leaving] = [nodeOf(cluster, 2), nodeOf(cluster, 3)];
      const gone = new Map(staying.map(({bus}) => [bus.node, [] as string[]]));
      for (const {bus} of staying) bus.onNodeGone((node) => gone.get(bus.node)?.push(node));
      await eventually(() => {
        for (const {bus} of staying) expect(bus.nodes().length).toBe(4);
      });
      await cluster.kill(killed);
      await leaving.close();
      await cluster.pass(2_000);
      const expected = [killed.bus.node, leaving.bus.node].sort();
      await eventually(() => {
        for (const told of gone.values()) expect([...told].sort()).toEqual(expected);
      });
      for (const {bus} of staying) expect(bus.nodes().length).toBe(2);
    });

    test('[FEED6] while the store is away a node still reaches itself', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).bus, nodeOf(cluster, 1).bus];
      const heard: unknown[] = [];
      a.on('news', (payload) => heard.push(payload));
      a.handle('echo', async (params) => params);
      await cluster.setAvailable(false);
      a.broadcast('news', 'here');
      a.send(a.node, 'news', 'me');
      expect(await a.request(a.node, 'echo', 1)).toBe(1);
      await expect(a.request(b.node, 'echo', 1)).rejects.toEqual(code('unavailable'));
      await eventually(() => {
        expect(heard).toEqual(['here', 'me']);
      });
    });
  });
}
