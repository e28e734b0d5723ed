import {
  call,
  room as rooms,
  session as sessions,
  type EventDefinition,
  type media,
  type ParamsOf,
  type PayloadOf,
  type RequestDefinition,
  type ResultOf,
  type WireError,
} from '@parley/protocol';
import {connectBare, type BareClient} from '../connect-bare.js';
import type {TestNode} from '../start-node.js';
import {dtls, opus, simulcast} from './rtp.js';

type At = Pick<TestNode, 'url'>;
type InRoom<D extends RequestDefinition> = Omit<ParamsOf<D>, 'room'>;

/** A plain socket.io-client that does in a call, step by step, all that the SDK does. */
export class Caller implements AsyncDisposable {
  readonly user: string;
  readonly room: string;
  #client: BareClient;
  /** Its connections, one after another. */
  readonly #clients: BareClient[];
  #attempt = 1;
  #lastId = 0;
  #capabilities: media.RtpCapabilities | undefined;

  /** Connects as a user of that name and joins the room, which is made if need be. */
  static async connect(node: At, user: string, room = 'den'): Promise<Caller> {
    const client = await connectBare(node, {user, auth: {attempt: 1}});
    await client.ask(rooms.create.name, {room});
    await client.request(rooms.join.name, {room});
    return new Caller(client, user, room);
  }

  private constructor(client: BareClient, user: string, room: string) {
    this.#client = client;
    this.#clients = [client];
    this.user = user;
    this.room = room;
  }

  get client(): BareClient {
    return this.#client;
  }

  /** What the session was told when it connected last. */
  get ready(): PayloadOf<typeof sessions.ready> {
    return sessions.ready.payload.parse(this.#client.all(sessions.ready.name)[0]);
  }

  get session(): string {
    return this.ready.session;
  }

  id(): string {
    this.#lastId += 1;
    return `${this.user}-${this.#lastId}`;
  }

  /** Asks, and holds the answer against the contract. */
  async request<D extends RequestDefinition>(definition: D, params: InRoom<D>): Promise<ResultOf<D>> {
    const data = await this.#client.request(definition.name, {room: this.room, ...params});
    return definition.result.parse(data) as ResultOf<D>;
  }

  /** Asks what must be refused; the parameters may be anything. */
  async refusal(definition: RequestDefinition, params: object): Promise<WireError> {
    const answer = await this.#client.ask(definition.name, {room: this.room, ...params});
    if (answer.ok) throw new Error(`${definition.name} was not refused`);
    return answer.error;
  }

  /** All events of a kind so far, on all of its connections, each fitting the contract. */
  told<D extends EventDefinition>(definition: D): PayloadOf<D>[] {
    const payloads = this.#clients.flatMap((client) => client.all<unknown>(definition.name));
    return payloads.map((payload) => definition.payload.parse(payload) as PayloadOf<D>);
  }

  /** Waits until the events of a kind are as they should be. */
  async untilTold<D extends EventDefinition>(
    definition: D,
    fits: (payloads: PayloadOf<D>[]) => boolean,
  ): Promise<PayloadOf<D>[]> {
    await this.#client.until(() => fits(this.told(definition)), definition.name);
    return this.told(definition);
  }

  async join(id = this.id()): Promise<ResultOf<typeof call.join>> {
    const {routerRtpCapabilities} = await this.request(call.prepare, {});
    this.#capabilities = routerRtpCapabilities;
    return this.request(call.join, {id, rtpCapabilities: routerRtpCapabilities});
  }

  get capabilities(): media.RtpCapabilities {
    return this.#capabilities ?? {codecs: []};
  }

  /** A connected transport, which may take the place of another. */
  async transport(direction: 'send' | 'receive', how: {replaces?: string} = {}): Promise<string> {
    const {transport} = await this.request(call.transportCreate, {id: this.id(), direction, ...how});
    await this.request(call.transportConnect, {transport, dtlsParameters: dtls()});
    return transport;
  }

  /** Joins with both transports connected, wanting all that the others publish. */
  async enter(): Promise<{send: string; receive: string}> {
    await this.join();
    const [send, receive] = [await this.transport('send'), await this.transport('receive')];
    await this.request(call.subscribe, {transport: receive, producers: 'all'});
    return {send, receive};
  }

  async publish(
    transport: string,
    source: 'microphone' | 'camera',
    options: {id?: string; paused?: boolean; replaces?: string} = {},
  ): Promise<string> {
    const track =
      source === 'camera'
        ? ({kind: 'video', rtpParameters: simulcast()} as const)
        : ({kind: 'audio', rtpParameters: opus()} as const);
    return (await this.request(call.produce, {id: this.id(), transport, source, ...track, ...options})).producer;
  }

  /** Waits for offers of so many consumers, in however many batches. */
  async offered(count: number): Promise<readonly call.ConsumerOffer[]> {
    const flat = (batches: PayloadOf<typeof call.consumersOffered>[]): call.ConsumerOffer[] =>
      batches.flatMap(({consumers}) => consumers);
    return flat(await this.untilTold(call.consumersOffered, (batches) => flat(batches).length >= count));
  }

  async confirm(offers: readonly call.ConsumerOffer[]): Promise<void> {
    await this.request(call.consumersReady, {consumers: offers.map(({consumer}) => consumer)});
  }

  /** The connection breaks. */
  drop(): void {
    this.#client.socket.io.engine.close();
  }

  /** Comes back, on any node. */
  async resume(node: At): Promise<void> {
    this.#attempt += 1;
    const {session, key} = this.ready;
    const auth = {attempt: this.#attempt, resume: {session, key, rooms: {}}};
    this.#client = await connectBare(node, {user: this.user, auth});
    this.#clients.push(this.#client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
  }
}
