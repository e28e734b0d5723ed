import {identityOfMessage, type Addressed} from './identity.js';
import {Journal} from './journal.js';
import type {Ledger} from './ledger.js';
import type {SeededRandom} from './seeded-random.js';

export interface ClientOptions {
  /** Unique; also the prefix of its messages' texts. */
  readonly name: string;
  readonly user: string;
  /** Nobody else has a session of this user: what happens to its rooms is its own doing. */
  readonly alone: boolean;
  /** Addresses of the nodes, as this client reaches them. */
  readonly urls: readonly [string, ...string[]];
  /** The nodes that it has connections to at the moment. */
  readonly via: () => readonly string[];
  readonly token: () => Promise<string>;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly resumeWindowMs: number;
}

/** Below the window by what the cluster needs to notice that somebody is gone, and clocks. */
const windowMarginMs = 2_000;

/** One client of the conversation: a session with its rooms, and its own log of what it was told. */
export abstract class Client {
  readonly options: ClientOptions;
  /** Rooms that it wants to be in. */
  readonly wanted = new Set<string>();
  /** Rooms that it asked to leave at any time, so that not being in them is no surprise. */
  protected readonly leftOnce = new Set<string>();
  readonly #journals = new Map<string, Journal>();
  /** Ids of the pushes that it saw. */
  readonly #pushes = new Set<string>();
  /** When it last had proof that its session was alive in the store. */
  #aliveAt = Date.now();

  constructor(options: ClientOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.name;
  }

  get user(): string {
    return this.options.user;
  }

  /** The session that it has, or had last. */
  abstract get session(): string | undefined;
  abstract get connected(): boolean;
  /** Over for good: kicked, or replaced. */
  abstract get over(): boolean;
  /** Nothing that it wanted is still under way. */
  abstract get settled(): boolean;
  /** What it was last told of a user by the square; undefined if nothing. */
  abstract presenceOf(user: string): string | undefined;
  abstract send(room: string): void;
  abstract typing(room: string): void;
  abstract join(room: string): void;
  abstract leave(room: string): void;
  /** Ends it: by signing out, or by vanishing without a word. */
  abstract stop(how: 'signed out' | 'vanished'): Promise<void>;

  journal(room: string): Journal {
    let journal = this.#journals.get(room);
    if (!journal) this.#journals.set(room, (journal = new Journal(this.name, room, this.options.ledger)));
    return journal;
  }

  get journals(): ReadonlyMap<string, Journal> {
    return this.#journals;
  }

  /** The rooms that it is in, and up to where it was told everything. */
  get rooms(): ReadonlyMap<string, {readonly epoch: string; readonly offset: number}> {
    return new Map([...this.#journals].flatMap(([room, {stand}]) => (stand ? [[room, stand]] : [])));
  }

  protected event(room: string, place: {epoch: string; offset: number; at: number}, identity: string): void {
    this.alive();
    const {epoch, offset, at} = place;
    this.heard(`${offset} of ${room}`, at);
    this.journal(room).event({epoch, offset}, identity);
  }

  /** It was told something; of what is stored `at` is the store's time. */
  protected heard(what: string, at?: number): void {
    const {ledger, via} = this.options;
    ledger.kicks.hears(this.name, this.session, what, {via: via(), ...(at !== undefined && {at})});
  }

  protected wrote(room: string, id: string): void {
    this.options.ledger.writes(room, identityOfMessage(this.user, id));
  }

  protected accepted(room: string, id: string, {epoch, offset}: {epoch: string; offset: number}): void {
    this.alive();
    this.options.ledger.accepts(this.name, {room, epoch, offset}, identityOfMessage(this.user, id));
  }

  protected alive(): void {
    this.#aliveAt = Date.now();
  }

  protected violation(what: string, room?: string): void {
    this.options.ledger.violation(what, {who: this.name, ...(room !== undefined && {room})});
  }

  /** The server will not have it back: that must have a reason. */
  protected sentAway(reason: string): void {
    const {ledger} = this.options;
    if (this.session !== undefined && ledger.kicks.mayBeKicked(this.session)) return;
    this.violation(`[CON13] ${this.name} was sent away for good: ${reason}`);
  }

  /** It is connected. If its former session did not go on, that must have a reason. */
  protected arrived(former: string | undefined, resumed: boolean): void {
    const {ledger, resumeWindowMs} = this.options;
    const awayMs = Date.now() - this.#aliveAt;
    this.alive();
    if (resumed) ledger.tally.resumed += 1;
    if (resumed || former === undefined) return;
    ledger.tally.begunAnew += 1;
    if (ledger.mayHaveLost || ledger.kicks.mayBeKicked(former) || awayMs > resumeWindowMs - windowMarginMs) return;
    this.violation(`[SES2] ${this.name} could not resume ${former} after ${awayMs} ms`);
  }

  /** A push to somebody. It is at most once, and for nobody else. */
  protected pushed(id: string, {to}: Addressed): void {
    this.heard(`the push ${id}`);
    if (to !== this.user) this.violation(`[PUSH1] ${this.name}, who is ${this.user}, saw a push to ${to}`);
    if (this.#pushes.has(id)) this.violation(`[PUSH1] ${this.name} saw the push ${id} twice`);
    this.#pushes.add(id);
  }
}
