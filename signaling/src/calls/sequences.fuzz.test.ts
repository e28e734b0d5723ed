import {call as wire, ParleyError} from '@parley/protocol';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

/** What may happen next; numbers choose among clients and nodes. */
type Step =
  | {readonly do: 'enter' | 'leave' | 'drop' | 'end' | 'publish' | 'close' | 'confirm' | 'rejoin'; readonly who: number}
  | {readonly do: 'pause'; readonly who: number; readonly paused: boolean}
  | {readonly do: 'freeze' | 'thaw'; readonly who: number}
  | {readonly do: 'replace'; readonly who: number; readonly direction: 'send' | 'receive'; readonly goesOn: boolean}
  | {readonly do: 'resume'; readonly who: number; readonly on: number}
  | {readonly do: 'wait'; readonly ms: number}
  | {readonly do: 'killWorker' | 'killNode'; readonly on: number}
  | {readonly do: 'hiccup'; readonly ms: number};

const who = fc.nat({max: 3});
const on = fc.nat({max: 2});
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 8, arbitrary: fc.record({do: fc.constant('enter' as const), who})},
  {weight: 8, arbitrary: fc.record({do: fc.constant('publish' as const), who})},
  {weight: 4, arbitrary: fc.record({do: fc.constant('confirm' as const), who})},
  {weight: 3, arbitrary: fc.record({do: fc.constant('pause' as const), who, paused: fc.boolean()})},
  {weight: 3, arbitrary: fc.record({do: fc.constantFrom('close' as const, 'leave' as const, 'rejoin' as const), who})},
  {weight: 6, arbitrary: fc.record({do: fc.constant('drop' as const), who})},
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('replace' as const),
      who,
      direction: fc.constantFrom('send' as const, 'receive' as const),
      goesOn: fc.boolean(),
    }),
  },
  {weight: 3, arbitrary: fc.record({do: fc.constantFrom('freeze' as const, 'thaw' as const), who})},
  {weight: 8, arbitrary: fc.record({do: fc.constant('resume' as const), who, on})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('end' as const), who})},
  {weight: 5, arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 40, 1_000, 8_000)})},
  {weight: 1, arbitrary: fc.record({do: fc.constantFrom('killWorker' as const, 'killNode' as const), on})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('hiccup' as const), ms: fc.constantFrom(1, 500, 3_000)})},
);

interface Person {
  readonly client: CallClient;
  send: string | undefined;
  receive: string | undefined;
  producer: string | undefined;
  /** It does not know whether it is in the call: an answer got lost. */
  unsure: boolean;
}

const allowed = new Set([
  'unavailable',
  'timeout',
  'not_in_call',
  'unknown_media',
  'conflict',
  'not_joined',
  'call_full',
]);

async function replace(person: Person, direction: 'send' | 'receive', goesOn: boolean): Promise<void> {
  const {client, producer} = person;
  const before = person[direction];
  if (before === undefined) return;
  const next = (person[direction] = await client.replace(direction, before));
  if (direction === 'send' && producer !== undefined && goesOn)
    await client.publish(next, 'microphone', {replaces: producer});
}

class Game {
  readonly cluster = new CallCluster();
  readonly nodes: CallNode[] = ['a', 'b', 'c'].map((name) => this.cluster.node(name));
  readonly alive = new Set(this.nodes);
  readonly people: Person[] = [];
  readonly #pending: Promise<unknown>[] = [];

  async begin(): Promise<void> {
    for (const [index, user] of ['ann', 'bob', 'cas', 'dan'].entries()) {
      const client = await this.cluster.client(this.nodes[index % 3]!, user);
      this.people.push({client, send: undefined, receive: undefined, producer: undefined, unsure: false});
    }
  }

  async play(next: Step): Promise<void> {
    switch (next.do) {
      case 'wait':
        await this.cluster.clock.pass(next.ms);
        return;
      case 'hiccup':
        this.cluster.world.setAvailable(false);
        await this.cluster.clock.pass(next.ms);
        this.cluster.world.setAvailable(true);
        return;
      case 'killWorker':
        this.nodes[next.on]!.media.kill();
        return;
      case 'killNode':
        this.#killNode(this.nodes[next.on]!);
        return;
      case 'resume':
        await this.#resume(this.people[next.who]!, this.nodes[next.on]!);
        return;
      default:
        this.#act(this.people[next.who]!, next);
        // Mostly without waiting, so that things cross; what they wait for goes on meanwhile.
        if (this.#pending.length % 3 === 0) await settled();
    }
  }

  /** Lets everything come to rest, with everybody who can be back. */
  async rest(): Promise<void> {
    for (const person of this.people) freeze(person, false);
    await this.cluster.clock.pass(20_000);
    for (const person of this.people) if (!person.client.connected) await this.#resume(person, [...this.alive][0]!);
    await this.cluster.clock.pass(20_000);
    for (const person of this.people) if (person.unsure) await this.#sync(person);
    await this.cluster.clock.pass(20_000);
    // What took the place of another is missed until it is up.
    for (const {media} of this.alive)
      for (const room of media.rooms)
        for (const transport of room.transports.keys()) room.say({kind: 'transport', transport, state: 'connected'});
    await offered(this.cluster);
    await Promise.all(this.#pending);
  }

  #act(person: Person, next: Extract<Step, {who: number}>): void {
    const {client} = person;
    const go = (request: () => Promise<unknown>): void => {
      this.#pending.push(refusalOf(request()));
    };
    switch (next.do) {
      case 'enter':
      case 'rejoin':
        go(async () => {
          if (next.do === 'enter' && client.view.self !== undefined && client.view.peers.size > 0) return;
          person.unsure = true;
          ({send: person.send, receive: person.receive} = await client.enter());
          person.unsure = false;
        });
        return;
      case 'leave':
        go(async () => {
          person.unsure = true;
          await client.ask(wire.leave, {room: 'den'});
          person.unsure = false;
        });
        return;
      case 'publish':
        go(async () => {
          if (person.send !== undefined) person.producer = await client.publish(person.send);
        });
        return;
      case 'close':
        go(async () => {
          if (person.producer !== undefined) {
            await client.ask(wire.producerClose, {room: 'den', producer: person.producer});
          }
        });
        return;
      case 'pause':
        go(async () => {
          const {producer} = person;
          if (producer === undefined) return;
          await client.ask(next.paused ? wire.producerPause : wire.producerResume, {room: 'den', producer});
        });
        return;
      case 'confirm':
        go(() => client.confirm());
        return;
      case 'replace':
        go(() => replace(person, next.direction, next.goesOn));
        return;
      case 'drop':
        client.drop();
        return;
      case 'freeze':
      case 'thaw':
        freeze(person, next.do === 'freeze');
        return;
      case 'end':
      case 'resume':
        return;
    }
  }

  #killNode(node: CallNode): void {
    if (this.alive.size < 2 || !this.alive.delete(node)) return;
    for (const {client} of this.people) if (client.at === node) client.vanish();
    this.cluster.kill(node);
  }

  async #resume(person: Person, node: CallNode): Promise<void> {
    const {client} = person;
    if (client.connected || !this.alive.has(node)) return;
    const ready = await client.connect(node);
    if (!ready.resumed) throw new Error(`${client.user} was not resumed`);
    person.unsure = true;
    this.#pending.push(this.#sync(person));
  }

  /** What a client does after a resume: if it is not in the call by the server's word, it makes sure of that. */
  async #sync(person: Person): Promise<void> {
    const {client} = person;
    const refused = await refusalOf(client.ask(wire.sync, {room: 'den'}));
    person.unsure = refused !== undefined;
    if (refused === undefined || refused.retryable) return;
    client.view.gone();
    person.unsure = (await refusalOf(client.ask(wire.leave, {room: 'den'}))) !== undefined;
  }
}

/** A client that stands still answers no probe; its connection stays. */
function freeze({client}: Person, frozen: boolean): void {
  for (const connection of client.at?.broadcaster.connections ?? []) {
    if (connection.id.startsWith(`${client.user}-`)) connection.answers = !frozen;
  }
}

/** Refusals are part of the game: somebody is away, or not in the call any more. Anything else is not. */
async function refusalOf(request: Promise<unknown>): Promise<ParleyError | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof ParleyError && allowed.has(error.code)) return error;
    throw error;
  }
}

test('[CALL3] whatever happens in whatever order, no view loses or doubles a peer or producer, and no media is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, {minLength: 10, maxLength: 60, size: 'max'}), async (steps) => {
      const game = new Game();
      await game.begin();
      for (const next of steps) await game.play(next);
      await game.rest();

      const {people, cluster, alive} = game;
      const inside = people.filter(({client}) => client.view.ended === undefined && client.view.peers.size > 0);
      const reference = inside[0]?.client.view;
      for (const {client} of people) expect(client.view.contradictions, client.user).toEqual([]);
      for (const {client} of inside) {
        expect([...client.view.peers.keys()].sort(), client.user).toEqual(inside.map((p) => p.client.session).sort());
        expect(client.view.peers, client.user).toEqual(reference?.peers);
        const others = new Set([...client.view.producers.keys()]);
        // Everybody sees the producers of everybody else, in the same state.
        for (const {client: other} of inside) {
          for (const [producer, known] of other.view.producers) {
            if (known.peer === client.session) continue;
            expect(client.view.producers.get(producer), `${client.user}: ${producer}`).toEqual(known);
            others.delete(producer);
          }
        }
        expect([...others], client.user).toEqual([]);
      }
      for (const {client} of people) await client.ask(wire.leave, {room: 'den'});
      await cluster.clock.pass(100);
      expect([...alive].map(({media}) => media.objects)).toEqual([...alive].map(() => 0));
      await cluster.close();
      expect(cluster.defects).toEqual([]);
      expect(cluster.clock.timers).toBe(0);
    }),
    {numRuns: 300},
  );
});
