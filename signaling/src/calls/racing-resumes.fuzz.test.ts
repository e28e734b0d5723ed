import {call as wire, ParleyError} from '@parley/protocol';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {CallCluster} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

/** What the client does with its new connection, at which node, and how soon the next attempt follows. */
const attempt = fc.record({
  on: fc.nat({max: 2}),
  then: fc.constantFrom('enter' as const, 'sync' as const, 'drop' as const, 'nothing' as const),
  nextMs: fc.constantFrom(0, 0, 0, 1, 50, 3_000, 11_000),
});

test('[CALL72] however joins and resumes of a session cross, it is one peer, with one connection and the media of one stay', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, {minLength: 3, maxLength: 25, size: 'max'}), async (attempts) => {
      const cluster = new CallCluster();
      const nodes = ['a', 'b', 'c'].map((name) => cluster.node(name));
      const ann = await cluster.client(nodes[0]!, 'ann');
      const bob = await cluster.client(nodes[1]!, 'bob');
      await ann.enter();
      await bob.enter();
      const pending: Promise<unknown>[] = [];
      for (const {on, then, nextMs} of attempts) {
        const racing = async (): Promise<void> => {
          await bob.connect(nodes[on]!);
          if (then === 'enter') await bob.enter();
          else if (then === 'sync') await bob.ask(wire.sync, {room: 'den'});
          else if (then === 'drop') bob.drop();
        };
        // Being overtaken, away, or out of the call is part of the race.
        pending.push(
          racing().catch((error: unknown) => {
            if (!(error instanceof ParleyError)) throw error;
          }),
        );
        if (nextMs > 0) await cluster.clock.pass(nextMs);
        await settled();
      }
      await cluster.clock.pass(1_000);
      await Promise.all(pending);

      const connections = nodes.flatMap(({broadcaster}) => broadcaster.connections);
      const open = connections.filter(({id, closed}) => id.startsWith('bob-') && closed === undefined);
      expect(open.length).toBeLessThanOrEqual(1);
      const {peers} = await ann.ask(wire.sync, {room: 'den'});
      expect(peers.filter(({user}) => user === 'bob').length).toBeLessThanOrEqual(1);
      expect(ann.view.contradictions).toEqual([]);
      if (!bob.connected) await bob.connect(nodes[2]!);
      const [room] = nodes.flatMap(({media}) => [...media.rooms]);
      const held = [...room!.transports].filter(([, {peer}]) => peer === bob.session).map(([id]) => id);
      const known = await bob.ask(wire.sync, {room: 'den'}).catch(() => ({transports: []}));
      expect(held.sort()).toEqual(known.transports.map(({transport}) => transport).sort());

      await bob.ask(wire.leave, {room: 'den'});
      await ann.ask(wire.leave, {room: 'den'});
      await cluster.close();
      expect(nodes.map(({media}) => media.objects)).toEqual([0, 0, 0]);
      expect(cluster.defects).toEqual([]);
      expect(cluster.clock.timers).toBe(0);
    }),
    {numRuns: 60},
  );
});
