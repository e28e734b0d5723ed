import {
  call,
  callData,
  commonErrors,
  room as rooms,
  session as sessions,
  type media,
  type RequestDefinition,
} from '@parley/protocol';
import type {SeededRandom} from '../chaos/seeded-random.js';
import {connectBare, type BareClient} from '../connect-bare.js';
import type {TestNode} from '../start-node.js';
import {fitting, shapeOf} from './from-schema.js';
import type {Complain} from './fuzz-socket.js';
import {nearly} from './hostile-values.js';
import {rightTrack, someDtls, someStream, warpedCapabilities, warpedTrack} from './media-parameters.js';

type Fields = Readonly<Record<string, unknown>>;
type Source = call.ProducerSummary['source'];

const room = 'den';
const sources: readonly Source[] = ['microphone', 'camera', 'screen', 'screenAudio'];
/** What may be said to any request; `internal` would be a defect, and nobody asks for more than is allowed. */
const common = new Set<string>(commonErrors.filter((code) => code !== 'internal' && code !== 'rate_limited'));

export interface IntruderParts {
  readonly random: SeededRandom;
  /** How often each outcome came: `ok` or a code, by request. */
  readonly outcomes: Map<string, number>;
  readonly complain: Complain;
}

/**
 * A peer of a call that says of its transports, tracks, channels and abilities what no client would, some of it at once,
 * and holds the answers against the contract.
 */
export class MediaIntruder implements AsyncDisposable {
  readonly #client: BareClient;
  readonly #parts: IntruderParts;
  readonly #capabilities: media.RtpCapabilities;
  /** By what they are for. */
  readonly #transports = new Map<string, string>();
  readonly #producers = new Map<Source, string>();
  readonly #channels = new Set<string>();
  readonly #consumers = new Set<string>();
  #here = false;
  #lastId = 0;

  static async connect(node: Pick<TestNode, 'url'>, user: string, parts: IntruderParts): Promise<MediaIntruder> {
    const client = await connectBare(node, {user});
    await client.ask(rooms.create.name, {room});
    await client.request(rooms.join.name, {room});
    const {routerRtpCapabilities} = call.prepare.result.parse(await client.request(call.prepare.name, {room}));
    return new MediaIntruder(client, routerRtpCapabilities, parts);
  }

  private constructor(client: BareClient, capabilities: media.RtpCapabilities, parts: IntruderParts) {
    this.#client = client;
    this.#capabilities = capabilities;
    this.#parts = parts;
    client.socket.on(call.consumersOffered.name, (payload: unknown) => {
      const {consumers} = call.consumersOffered.payload.parse(payload);
      for (const {consumer} of consumers) this.#consumers.add(consumer);
      // Nobody reads them here, and there are many.
      client.events.length = 0;
    });
    client.socket.on(call.consumersClosed.name, (payload: unknown) => {
      for (const consumer of call.consumersClosed.payload.parse(payload).consumers) this.#consumers.delete(consumer);
    });
    client.socket.on(call.closed.name, () => {
      this.#here = false;
    });
    client.socket.on(sessions.closing.name, (payload: unknown) => {
      parts.complain(`the connection ended: ${JSON.stringify(payload)}`);
    });
  }

  /** Some requests at once; resolves when all are answered. How many. */
  async act(): Promise<number> {
    const {random} = this.#parts;
    if (!this.#here) await this.#enter();
    const count = random.chance(0.5) ? 1 : random.between(2, 6);
    await Promise.all(Array.from({length: count}, () => this.#actOnce()));
    return count;
  }

  async leave(): Promise<void> {
    await this.#ask(call.leave, {room});
    this.#here = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }

  #actOnce(): Promise<void> {
    const {random} = this.#parts;
    return random.weighted<() => Promise<void>>([
      [12, () => this.#produce()],
      [4, () => this.#connect()],
      [4, () => this.#produceData()],
      [3, () => this.#restartIce()],
      [3, () => this.#setConsumer()],
      [2, () => this.#confirm()],
      [2, () => this.#subscribe()],
      [2, () => this.#createTransport(random.pick(['send', 'receive']))],
      [2, () => this.#change()],
      [0.3, () => this.leave()],
    ])();
  }

  /** Joins, with what it can take or what nobody can, and asks for all there is. */
  async #enter(): Promise<void> {
    const {random} = this.#parts;
    for (const kept of [this.#transports, this.#producers, this.#channels, this.#consumers]) kept.clear();
    const right = this.#capabilities;
    const rtpCapabilities = random.chance(0.5) ? right : warpedCapabilities(right, random);
    await this.#warped(call.join, {room, id: this.#id(), rtpCapabilities}, 0.1);
    this.#here = true;
    for (const direction of ['send', 'receive'] as const) await this.#createTransport(direction);
    const transport = this.#transports.get('receive');
    if (transport !== undefined) await this.#ask(call.subscribe, {room, transport, producers: 'all', data: true});
  }

  async #createTransport(direction: 'send' | 'receive'): Promise<void> {
    const made = await this.#ask(call.transportCreate, {room, id: this.#id(), direction});
    if (typeof made?.['transport'] === 'string') this.#transports.set(direction, made['transport']);
  }

  async #connect(): Promise<void> {
    const {random} = this.#parts;
    await this.#warped(call.transportConnect, {
      room,
      transport: this.#of(this.#transports.values()),
      dtlsParameters: someDtls(random),
    });
  }

  async #restartIce(): Promise<void> {
    const generation = this.#parts.random.pick([1, 2, 3, Number.MAX_SAFE_INTEGER]);
    await this.#warped(call.transportRestartIce, {room, transport: this.#of(this.#transports.values()), generation});
  }

  async #produce(): Promise<void> {
    const {random} = this.#parts;
    const source = random.pick(sources);
    const before = this.#producers.get(source);
    if (before !== undefined && random.chance(0.9)) {
      this.#producers.delete(source);
      await this.#ask(call.producerClose, {room, producer: before});
    }
    const kind = source === 'camera' || source === 'screen' ? 'video' : 'audio';
    const right = rightTrack(random.chance(0.95) ? kind : 'audio', random);
    const rtpParameters = random.chance(0.25) ? right : warpedTrack(right, random);
    const track = {room, id: this.#id(), transport: this.#transport('send'), kind, source, rtpParameters};
    const size = {width: random.pick([1, 1_280, 16_384]), height: random.pick([1, 720, 16_384])};
    const made = await this.#warped(call.produce, {...track, ...(random.chance(0.3) && {size, paused: true})});
    if (typeof made?.['producer'] === 'string') this.#producers.set(source, made['producer']);
  }

  async #produceData(): Promise<void> {
    const {random} = this.#parts;
    const [oldest] = this.#channels;
    if (this.#channels.size > 5 && oldest !== undefined) {
      this.#channels.delete(oldest);
      await this.#ask(callData.close, {room, dataProducer: oldest});
    }
    const made = await this.#warped(callData.produce, {
      room,
      id: this.#id(),
      transport: this.#transport('send'),
      label: random.pick(['notes', 'x'.repeat(64), '\u0000', `${random.between(0, 99)}`]),
      protocol: random.pick(['', 'x'.repeat(64)]),
      sctpStreamParameters: someStream(random),
    });
    if (typeof made?.['dataProducer'] === 'string') this.#channels.add(made['dataProducer']);
  }

  async #setConsumer(): Promise<void> {
    const {random} = this.#parts;
    const params = fitting(shapeOf(call.consumerSet.params), random) as Fields;
    await this.#warped(call.consumerSet, {...params, room, consumer: this.#of(this.#consumers)}, 0.1);
  }

  async #confirm(): Promise<void> {
    const consumers = [...this.#consumers, this.#of(this.#producers.values())];
    await this.#warped(call.consumersReady, {room, consumers}, 0.05);
  }

  async #subscribe(): Promise<void> {
    const {random} = this.#parts;
    const producers = random.chance(0.8) ? 'all' : [this.#of(this.#producers.values())];
    const data = random.chance(0.8);
    await this.#warped(call.subscribe, {room, transport: this.#transport('receive'), producers, data}, 0.05);
  }

  async #change(): Promise<void> {
    const {random} = this.#parts;
    const what = random.pick([call.producerPause, call.producerResume, call.producerClose]);
    await this.#warped(what, {room, producer: this.#of(this.#producers.values())}, 0.05);
  }

  #transport(direction: 'send' | 'receive'): string {
    const {random} = this.#parts;
    const right = this.#transports.get(direction);
    return right === undefined || random.chance(0.1) ? this.#of(this.#transports.values()) : right;
  }

  /** One of them, or of something that is not there. */
  #of(ids: Iterable<string>): string {
    const known = [...ids];
    const {random} = this.#parts;
    return known.length === 0 || random.chance(0.03) ? 'b7f6c5f1-0000-4000-8000-000000000000' : random.pick(known);
  }

  #id(): string {
    this.#lastId += 1;
    return `i${this.#lastId}`;
  }

  /** Asks with one thing wrong anywhere, now and then. */
  #warped(definition: RequestDefinition, params: Fields, often = 0.2): Promise<Fields | undefined> {
    const {random} = this.#parts;
    const wrong = random.chance(often) ? {...(nearly(params, random) as Fields), room} : params;
    return this.#ask(definition, wrong);
  }

  /** What was answered if it was done. Complains of what the contract does not know, and of no answer. */
  async #ask({name, result, errors}: RequestDefinition, params: Fields): Promise<Fields | undefined> {
    const {outcomes, complain} = this.#parts;
    const answer = await this.#client.ask<Fields>(name, params).catch(() => undefined);
    const about = (): string => `${name} ${JSON.stringify(params).slice(0, 2_000)}: ${JSON.stringify(answer)}`;
    if (answer === undefined) {
      complain(`no answer to ${about()}`);
      return undefined;
    }
    const outcome = `${name} ${answer.ok ? 'ok' : answer.error.code}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (answer.ok) {
      if (!result.safeParse(answer.data).success) complain(`a result that its schema does not take, ${about()}`);
      return answer.data;
    }
    const {code} = answer.error;
    if (!common.has(code) && !errors.includes(code)) complain(`a code that is not the request’s, ${about()}`);
    if (code === 'not_in_call') this.#here = false;
    return undefined;
  }
}
