import type {presence as wire} from '@parley/protocol';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {toPresence} from '../../presence/to-presence.js';
import type {PresenceChange, Store} from '../../ports.js';
import {join, leave} from './members.js';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';
import {claim, plenty, session} from './sessions.js';

type Deed = 'create' | 'away' | 'resume' | 'end';
interface Step {
  readonly deed: Deed;
  readonly tab: number;
  readonly node: number;
}

const users = ['ann', 'bob'] as const;
const tabs = 8;
const step: fc.Arbitrary<Step> = fc.record({
  deed: fc.constantFrom<Deed>('create', 'away', 'away', 'resume', 'resume', 'end'),
  tab: fc.nat({max: tabs - 1}),
  node: fc.nat({max: 2}),
});
/** What happens at the same time, to different tabs. */
const moment = fc.uniqueArray(step, {selector: ({tab}) => tab, minLength: 1, maxLength: tabs});

interface Tab {
  readonly session: string;
  readonly user: (typeof users)[number];
  readonly device: string | undefined;
  generation: number;
  connected: boolean;
}

/** What users do with their tabs, told to a store and to a model that is plain enough to be believed. */
class Churn {
  readonly #nodes: readonly Store[];
  readonly #tabs = new Map<number, Tab>();
  readonly #name: string;
  #made = 0;

  constructor(nodes: readonly Store[], name: string) {
    this.#nodes = nodes;
    this.#name = name;
  }

  expected(user: string): ReturnType<typeof toPresence> {
    return toPresence([...this.#tabs.values()].filter((tab) => tab.user === user));
  }

  async apply({deed, tab: index, node}: Step): Promise<PresenceChange | undefined> {
    const {sessions} = this.#nodes[node] ?? this.#nodes[0]!;
    const tab = this.#tabs.get(index);
    if (deed === 'create') return tab ? undefined : this.#create(index, sessions);
    if (!tab) return undefined;
    const {session: id, user, generation} = tab;
    switch (deed) {
      case 'away':
        if (!tab.connected) return undefined;
        tab.connected = false;
        return sessions.away(id, generation);
      case 'resume': {
        tab.connected = true;
        tab.generation += 1;
        const outcome = await sessions.resume({...claim(id.slice('session-'.length), 1, generation), user});
        if (!outcome.ok) throw new Error(`${id} could not be resumed: ${outcome.reason}`);
        return outcome.presence;
      }
      case 'end':
        this.#tabs.delete(index);
        return (await sessions.end(id))?.presence;
    }
  }

  /** Closes every tab. */
  async end(): Promise<void> {
    const sessions = this.#nodes[0]?.sessions;
    for (const tab of this.#tabs.values()) await sessions?.end(tab.session);
  }

  async #create(index: number, sessions: Store['sessions']): Promise<PresenceChange> {
    this.#made += 1;
    const device = [undefined, 'phone', 'desk'][index % 3];
    const user = users[index % 2] ?? 'ann';
    const id = `${this.#name}-${this.#made}`;
    this.#tabs.set(index, {session: `session-${id}`, user, device, generation: 1, connected: true});
    const outcome = await sessions.create(session(id, {user, ...(device !== undefined && {device})}), plenty);
    if (!outcome.ok) throw new Error(`${id} was refused.`);
    return outcome.presence;
  }
}

/** Whether changes that were made at the same time can be put in an order that leads from one presence to the other. */
function leads(from: wire.PresenceStatus, changes: readonly PresenceChange[], to: wire.PresenceStatus): boolean {
  const balance = (status: wire.PresenceStatus): number =>
    changes.filter(({after}) => after === status).length - changes.filter(({before}) => before === status).length;
  const wanted = (status: wire.PresenceStatus): number => Number(status === to) - Number(status === from);
  return (['online', 'away', 'offline'] as const).every((status) => balance(status) === wanted(status));
}

/** Lets it all happen, and looks at the presence after each moment, by one node after another. */
async function behold(churn: Churn, moments: readonly (readonly Step[])[], nodes: readonly Store[]): Promise<void> {
  for (const [at, steps] of moments.entries()) {
    const before = new Map(users.map((user) => [user, churn.expected(user).status]));
    const changes = await Promise.all(steps.map((each) => churn.apply(each)));
    const found = await nodeOf({nodes}, at % nodes.length).sessions.presenceOf(users);
    for (const user of users) {
      expect(found.get(user)).toEqual(churn.expected(user));
      const own = changes.filter((change) => change?.user === user) as PresenceChange[];
      expect(leads(before.get(user) ?? 'offline', own, churn.expected(user).status)).toBe(true);
    }
  }
}

/** What every twin of the session directory guarantees about who is here. */
export function presenceContract(name: string, makeCluster: MakeCluster): void {
  describe(`presence: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[PRES1] many tabs that come and go on several nodes: presence is the model’s at every moment', async () => {
      const {nodes} = await make(3, {resumeWindowMs: 120_000});
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(moment, {minLength: 1, maxLength: 12}), async (moments) => {
          const churn = new Churn(nodes, `churn-${(runs += 1)}`);
          try {
            await behold(churn, moments, nodes);
          } finally {
            await churn.end();
          }
        }),
        {seed: 20_261, numRuns: 25},
      );
    });

    test('[PRES5] devices are told apart by name: each is online while any session of it is connected', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one', {device: 'phone'}), plenty);
      await b.sessions.create(session('two', {device: 'phone'}), plenty);
      await b.sessions.create(session('six'), plenty);
      await a.sessions.away('session-one', 1);
      await b.sessions.away('session-six', 1);
      const seen = async (): Promise<unknown> => (await a.sessions.presenceOf(['ann'])).get('ann');
      expect(await seen()).toEqual({
        status: 'online',
        devices: [{status: 'away'}, {device: 'phone', status: 'online'}],
      });
      await b.sessions.end('session-two');
      expect(await seen()).toEqual({status: 'away', devices: [{status: 'away'}, {device: 'phone', status: 'away'}]});
      await b.sessions.end('session-six');
      await b.sessions.end('session-one');
      expect(await seen()).toEqual({status: 'offline', devices: []});
    });

    test('[PRES1] a window that is over counts by the clock, whether or not anybody has swept', async () => {
      const cluster = await make(2, {resumeWindowMs: 400});
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await a.sessions.away('session-one', 1);
      expect((await b.sessions.presenceOf(['ann'])).get('ann')).toMatchObject({status: 'away'});
      await cluster.pass(600);
      expect((await b.sessions.presenceOf(['ann'])).get('ann')).toEqual({status: 'offline', devices: []});
    });

    test('[PRES7] what a session follows is known wherever it is resumed', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await a.sessions.setFollowing('session-one', {rooms: ['den', 'pub'], users: ['bob', 'eve']});
      const resumed = await b.sessions.resume(claim('one'));
      expect(resumed).toMatchObject({ok: true, record: {following: {rooms: ['den', 'pub'], users: ['bob', 'eve']}}});
      await b.sessions.setFollowing('session-one', {rooms: [], users: ['bob']});
      expect((await a.sessions.find('session-one'))?.following).toEqual({rooms: [], users: ['bob']});
      await b.sessions.setFollowing('session-one', {rooms: [], users: []});
      expect(await a.sessions.find('session-one')).not.toHaveProperty('following');
      await a.sessions.setFollowing('session-none', {rooms: ['den'], users: []});
      expect(await a.sessions.find('session-none')).toBeUndefined();
    });

    test('[PRES6] users share a room while both are members of one', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      for (const room of ['den', 'pub']) await a.rooms.create({room, title: room, maxMembers: 10});
      for (const [room, user] of [
        ['den', 'ann'],
        ['den', 'bob'],
        ['pub', 'bob'],
        ['pub', 'eve'],
      ] as const)
        await join(a, room, user);
      const others = ['bob', 'eve', 'nobody'];
      expect([...(await b.rooms.sharing('ann', others))]).toEqual(['bob']);
      expect([...(await b.rooms.sharing('bob', ['ann', ...others]))]).toEqual(['ann', 'bob', 'eve']);
      expect([...(await b.rooms.sharing('nobody', others))]).toEqual([]);
      await leave(a, 'den', 'bob');
      expect([...(await b.rooms.sharing('ann', others))]).toEqual([]);
    });
  });
}
