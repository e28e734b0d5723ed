import fc from 'fast-check';
import {expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {RoamingClient} from '../../test/roaming-client.js';
import {dice, slowStore} from '../../test/slow-store.js';

type Step =
  | {readonly do: 'send' | 'cut'; readonly client: number}
  | {readonly do: 'connect'; readonly client: number; readonly node: number}
  | {readonly do: 'kill'; readonly node: number}
  | {readonly do: 'outage' | 'return'}
  | {readonly do: 'wait'; readonly turns: number};

const client = fc.nat({max: 2});
const node = fc.nat({max: 2});
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 10, arbitrary: fc.record({do: fc.constant('send' as const), client})},
  {weight: 8, arbitrary: fc.record({do: fc.constant('wait' as const), turns: fc.integer({min: 1, max: 12})})},
  {weight: 6, arbitrary: fc.record({do: fc.constant('connect' as const), client, node})},
  {weight: 4, arbitrary: fc.record({do: fc.constant('cut' as const), client})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('kill' as const), node})},
  {weight: 1, arbitrary: fc.record({do: fc.constantFrom('outage' as const, 'return' as const)})},
);

async function turn(turns: number): Promise<void> {
  for (let left = turns; left > 0; left -= 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

async function play(steps: readonly Step[], seed: number): Promise<RoamingClient[]> {
  const roll = dice(seed);
  const cluster = new HubCluster(3, {wrapStore: (store) => slowStore(store, roll, 3)});
  const clients = ['ada', 'bob', 'eve'].map((user) => new RoamingClient(user));
  await cluster.node(0).store.rooms.create({room: 'den', title: 'den', maxMembers: 10});
  for (const [n, each] of clients.entries()) {
    await each.connect(cluster.node(n));
    await each.join();
  }

  let sent = 0;
  for (const each of steps) {
    switch (each.do) {
      case 'send':
        sent += 1;
        clients[each.client]?.send(`m${sent}`);
        break;
      case 'cut':
        clients[each.client]?.cut();
        break;
      case 'connect': {
        const target = cluster.node(each.node);
        if (target.alive) void clients[each.client]?.connect(target);
        break;
      }
      case 'kill': {
        const target = cluster.node(each.node);
        if (!target.alive || cluster.nodes.filter(({alive}) => alive).length === 1) break;
        cluster.kill(target);
        for (const one of clients) one.nodeKilled(target);
        break;
      }
      case 'outage':
      case 'return':
        cluster.world.setAvailable(each.do === 'return');
        break;
      case 'wait':
        await turn(each.turns);
        break;
    }
  }

  cluster.world.setAvailable(true);
  // What is under way ends, however far a feed lags, before the clock goes on and patience with it.
  await turn(600);
  const refuge = cluster.nodes.find(({alive}) => alive) ?? cluster.node(0);
  for (const each of clients) if (!each.connected) await each.connect(refuge);
  for (const each of clients) for (const id of [...each.unsent.keys()]) each.send(id);
  await turn(600);
  await cluster.clock.pass(3_000);
  for (const each of clients) each.read();
  // A node that dies between taking a session over and saying so leaves the older connection to the keep-alive.
  if (cluster.nodes.every(({alive}) => alive)) expect(clients.map(({held}) => held)).toEqual([1, 1, 1]);
  expect(cluster.defects).toEqual([]);
  await cluster.close();
  return clients;
}

test('[FEED2] replay and live events together bring every message once and in order, whatever drops, dies or is away', async () => {
  let resumed = 0;
  let received = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, {minLength: 5, maxLength: 60}), fc.integer(), async (steps, seed) => {
      const clients = await play(steps, seed);
      for (const each of clients) {
        expect(each.broken).toEqual([]);
        expect([...each.unsent.keys()]).toEqual([]);
        resumed += each.resumes;
        received += each.received.length;
      }
      // From the youngest client's joining on, all have the same.
      const [first = [], ...others] = clients.map((each) => each.received.filter(({id}) => id !== ''));
      for (const other of others) expect(other).toEqual(first);
      const sent = steps.filter((each) => each.do === 'send').length;
      expect(new Set(first.map(({id}) => id)).size).toBe(sent);
      expect(first).toHaveLength(sent);
    }),
    {numRuns: 100, verbose: fc.VerbosityLevel.None},
  );
  // A property that never met a resume would show nothing.
  expect(resumed).toBeGreaterThan(100);
  expect(received).toBeGreaterThan(1_000);
}, 30_000);
