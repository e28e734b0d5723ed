import type {PayloadOf, push, room, RoomId, session as wire, SessionId, UserId} from '@parley/protocol';
import type {InboxEntry, NodeBus, Revocation} from '../ports.js';
import type {PushExcept} from '../pushes.js';
import type {OwedDeeds} from './owed-deeds.js';

export type PushPayload = PayloadOf<typeof push.received>;

/** A push for sessions of a node. */
export interface PushToHandOn {
  readonly id: string;
  /** Its acknowledgements are waited for. */
  readonly ack?: true;
  /** What sessions are told, as JSON. */
  readonly json: string;
  readonly except?: PushExcept;
  /** What was handed on under this name is not handed on again. */
  readonly once?: string;
}

/** Why sessions are no longer in a room, as they are told. */
export type Departure = Pick<PayloadOf<typeof room.removed>, 'reason' | 'by'>;

/** How a session ends for good by another's doing. */
export type FinalEnding = 'kicked' | 'ended' | 'expired' | 'displaced' | 'key_reused';

/** What nodes ask of each other, by method: what is asked, and what is answered. */
interface Questions {
  /** The session was ended for good: close its connection, if it is here. */
  'hub.session.close': {
    asks: {session: SessionId; ending: FinalEnding; message?: string};
    answers: {closed: boolean};
  };
  /** The session has a newer connection: close those of older generations. */
  'hub.session.superseded': {asks: {session: SessionId; generation: number}; answers: Record<string, never>};
  /** Something became of another session of the same user. */
  'hub.session.changed': {
    asks: {sessions: readonly SessionId[]; payload: PayloadOf<typeof wire.changed>};
    answers: Record<string, never>;
  };
  /** These tokens are no longer good: close the sessions that stand on them. */
  'hub.tokens.revoked': {asks: {revocation: Revocation}; answers: {closed: number}};
  /** The store had forgotten some revocations, and has them again: look at all tokens. */
  'hub.tokens.look': {asks: Record<string, never>; answers: Record<string, never>};
  /** The user is no longer a member: end these sessions' subscriptions. */
  'hub.room.left': {
    asks: {room: RoomId; user: UserId; sessions: readonly SessionId[]; why: Departure};
    answers: Record<string, never>;
  };
  /** The room was deleted: end the subscriptions of those of your sessions that are in it. */
  'hub.room.deleted': {asks: {room: RoomId}; answers: Record<string, never>};
  /** What sessions may do has changed: look at it again. Of everybody and everywhere, unless it says otherwise. */
  'hub.rights.look': {asks: {room?: RoomId; users?: readonly UserId[]}; answers: Record<string, never>};
  /** In order; how many each of them reached. */
  'hub.push.sessions': {
    asks: {pushes: readonly (PushToHandOn & {sessions: readonly SessionId[]})[]};
    answers: {reached: readonly number[]};
  };
  'hub.push.users': {asks: PushToHandOn & {users: readonly UserId[]}; answers: {reached: number}};
  /** Something was put into the inbox of the user of these sessions. */
  'hub.push.inbox': {
    asks: {sessions: readonly SessionId[]; epoch: string; entry: InboxEntry};
    answers: {reached: number};
  };
  'hub.push.room': {asks: PushToHandOn & {room: RoomId}; answers: {reached: number}};
  'hub.push.all': {asks: PushToHandOn; answers: {reached: number}};
  /** How many sessions of this node are in the room. */
  'hub.room.size': {asks: {room: RoomId}; answers: {sessions: number}};
}

/** What nodes say to all of them, themselves included, by topic. */
interface News {
  /** The presence of these users may have changed; of all, if it is not known whose. */
  'hub.presence': {users: readonly UserId[] | 'all'};
}

/** How long another node is waited for; one that is slower is taken for gone by whoever asks. */
const deadlineMs = 2_000;

/**
 * The bus with types. Nodes of one cluster trust each other: what they say is not validated again, since whoever can
 * speak on the bus can write to the store as well.
 */
export class NodeWords {
  readonly #bus: NodeBus;
  readonly #owed: OwedDeeds;

  constructor(bus: NodeBus, owed: OwedDeeds) {
    this.#bus = bus;
    this.#owed = owed;
  }

  get node(): string {
    return this.#bus.node;
  }

  get nodes(): readonly string[] {
    return this.#bus.nodes().map(({node}) => node);
  }

  ask<M extends keyof Questions>(
    node: string,
    method: M,
    params: Questions[M]['asks'],
  ): Promise<Questions[M]['answers']> {
    return this.#bus.request(node, method, params, {deadlineMs}) as Promise<Questions[M]['answers']>;
  }

  answer<M extends keyof Questions>(
    method: M,
    handler: (params: Questions[M]['asks']) => Questions[M]['answers'] | Promise<Questions[M]['answers']>,
  ): void {
    this.#bus.handle(method, async (params) => handler(params as Questions[M]['asks']));
  }

  /**
   * Asks until the node has heard it or is gone, and its sessions with it: for what must not be lost to an outage. The
   * question must bear being asked twice. Resolves after the first attempt, whatever became of it: with the answer, if there was one.
   */
  async insist<M extends keyof Questions>(
    node: string,
    method: M,
    params: Questions[M]['asks'],
  ): Promise<Questions[M]['answers'] | undefined> {
    let answer: Questions[M]['answers'] | undefined;
    await this.#owed.attempt(`${method} at ${node} ${JSON.stringify(params)}`, async () => {
      if (this.nodes.includes(node)) answer = await this.ask(node, method, params);
    });
    return answer;
  }

  /** At most once to each node; not at all while the store is away. */
  broadcast<T extends keyof News>(topic: T, payload: News[T]): void {
    this.#bus.broadcast(topic, payload);
  }

  listen<T extends keyof News>(topic: T, listener: (payload: News[T]) => void): void {
    this.#bus.on(topic, (payload) => {
      listener(payload as News[T]);
    });
  }

  onNodeGone(listener: (node: string) => void): void {
    this.#bus.onNodeGone(listener);
  }
}
