import {setTimeout as pause} from 'node:timers/promises';
import {signToken} from '../start-node.js';
import {Backend} from './backend.js';
import {BareClient} from './bare-client.js';
import type {Client, ClientOptions} from './client.js';
import {resumeWindowMs, type Cluster} from './cluster.js';
import type {FaultProxy} from './fault-proxy.js';
import type {Ledger} from './ledger.js';
import {passing, rooms, square} from './rooms.js';
import {SdkClient} from './sdk-client.js';
import type {SeededRandom} from './seeded-random.js';

const placeName = (index: number): string => `c${index}`;

/** The first users have two clients each, all others one. */
const pairs = 2;
/** Before somebody comes back who was kicked. */
const returnMs = 700;
/** What a line has held is through when it was seen to be clear so often: each time this process has looked at all its sockets in between. */
const clearTimes = 5;
const clearMs = 20;

export interface CrowdOptions {
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly size: number;
  /** Of all clients together. */
  readonly messagesPerSecond: number;
}

/**
 * Many clients that write, come and go, each with chance of its own, and a backend that pushes; who is sent away comes back as
 * somebody new.
 */
export class Crowd {
  readonly #options: CrowdOptions;
  readonly #backend: Backend;
  readonly #places: {client: Client; lives: number; readonly random: SeededRandom}[] = [];
  readonly #former: Client[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #returning = new Set<Promise<void>>();
  readonly #falling = new Set<Promise<void>>();

  static async open(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options);
    for (let index = 0; index < options.size; index += 1) {
      const random = options.random.fork();
      crowd.#places.push({client: await crowd.#client(index, 0, random), lives: 1, random});
    }
    return crowd;
  }

  private constructor(options: CrowdOptions) {
    this.#options = options;
    this.#backend = new Backend({...options, random: options.random.fork()});
  }

  get clients(): readonly Client[] {
    return this.#places.map(({client}) => client);
  }

  /** Those that are over: what they saw counts all the same. */
  get everybody(): readonly Client[] {
    return [...this.clients, ...this.#former];
  }

  get users(): readonly string[] {
    return [...new Set(this.clients.map(({user}) => user))];
  }

  waysOf(index: number): readonly FaultProxy[] {
    return this.#options.cluster.ways(placeName(index));
  }

  /** The names of the nodes that it is connected to. */
  via(index: number): readonly string[] {
    return this.#options.cluster.via(placeName(index));
  }

  /** Begins to write. */
  start(): void {
    const {random, messagesPerSecond} = this.#options;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#replaceKicked();
      this.#act(random.pick(this.#places));
    }, 1_000 / messagesPerSecond);
  }

  /** Nobody writes, joins or leaves any more; whoever was about to come back is back. Who hears only now of a kick comes back too. */
  async quiet(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#replaceKicked();
    }, returnMs);
    this.#replaceKicked();
    while (this.#returning.size > 0) await Promise.all(this.#returning);
    await Promise.all(this.#falling);
    await this.#backend.quiet();
  }

  async kick(index: number, whole: 'session' | 'user'): Promise<void> {
    const {cluster, ledger} = this.#options;
    const {kicks} = ledger;
    const {client} = this.#places[index]!;
    const concerned = this.clients.flatMap(({user, session}, place) =>
      session !== undefined && (whole === 'user' ? user === client.user : place === index) ? [{place, session}] : [],
    );
    for (const {session} of concerned) kicks.asking(session);
    const [first] = concerned;
    if (first === undefined) return;
    const path = whole === 'user' ? `/users/${client.user}/kick` : `/sessions/${first.session}/kick`;
    const asked = performance.now();
    try {
      const {answer, by} = await cluster.ask(path, {method: 'POST', body: '{}'});
      if (!answer.ok) return;
      const {sessions: ended} = (await answer.json()) as {sessions: number};
      // What the store loses it does not hold to. By user there may be fewer, if one was gone, or others, if one came back just now.
      if (ledger.mayHaveLost || ended < (whole === 'session' ? 1 : concerned.length)) return;
      for (const {place, session} of concerned) {
        kicks.answered(session, {by, tookMs: performance.now() - asked});
        const falling = this.#cleared(place).then(() => {
          kicks.silent(session);
          this.#falling.delete(falling);
        });
        this.#falling.add(falling);
      }
    } catch {
      // No node answers: whether it was done is unknown.
    }
  }

  /** Resolves when all that nodes have sent to it has arrived, or has nowhere to go. */
  async #cleared(index: number): Promise<void> {
    const clear = (): boolean => this.waysOf(index).every((way) => way.clear);
    for (let times = 0; times < clearTimes; times = clear() ? times + 1 : 0) await pause(clearMs);
  }

  async stop(how: (client: Client) => 'signed out' | 'vanished'): Promise<void> {
    clearInterval(this.#timer);
    this.#backend.stop();
    await Promise.all(
      this.clients.map((client, index) => {
        // No farewell gets through.
        if (how(client) === 'vanished') for (const way of this.waysOf(index)) way.set({line: 'hole'});
        return client.stop(how(client));
      }),
    );
  }

  #act({client, random}: {client: Client; random: SeededRandom}): void {
    const room = random.pick(passing);
    const dice = random.fraction();
    if (dice < 0.03 && client.options.alone) {
      if (client.wanted.has(room)) client.leave(room);
      else client.join(room);
    } else if (dice < 0.06) client.typing(room);
    else if (dice < 0.1) this.#backend.pushTo(random.pick(rooms));
    else if (dice < 0.12) this.#backend.tell(client.user);
    else if (client.wanted.size > 0) client.send(random.pick([...client.wanted]));
  }

  #replaceKicked(): void {
    for (const [index, place] of this.#places.entries()) {
      if (!place.client.over || this.#former.includes(place.client)) continue;
      this.#former.push(place.client);
      const returning = this.#return(index).finally(() => this.#returning.delete(returning));
      this.#returning.add(returning);
    }
  }

  async #return(index: number): Promise<void> {
    const place = this.#places[index]!;
    await place.client.stop('vanished');
    await pause(returnMs);
    place.client = await this.#client(index, place.lives, place.random);
    place.lives += 1;
  }

  async #client(index: number, life: number, random: SeededRandom): Promise<Client> {
    const {cluster, ledger} = this.#options;
    const user = index < pairs * 2 ? `pair${index % pairs}` : `user${index}`;
    const options: ClientOptions = {
      name: life === 0 ? placeName(index) : `${placeName(index)}_${life}`,
      user,
      alone: index >= pairs * 2,
      urls: await cluster.addresses(placeName(index)),
      via: () => this.via(index),
      token: () => signToken(user),
      ledger,
      random: random.fork(),
      resumeWindowMs,
    };
    const client = index % 2 === 1 ? new BareClient(options) : new SdkClient(options);
    client.join(square);
    for (const room of passing) if (random.chance(0.75)) client.join(room);
    return client;
  }
}
