import {
  chat,
  type Answer,
  type CloseReason,
  type ErrorCode,
  type EventDefinition,
  type LimitName,
  type ParleyError,
  type RoomId,
  type session as wire,
} from '@parley/protocol';
import {makeConfig} from '@parley/server';
import type {Admission, Broadcaster, Connection, Hub, Identity, LiveSession} from '@parley/signaling';
import {keySource} from '../../src/auth/key-source.js';
import {createTokenVerifier} from '../../src/auth/token-verifier.js';
import {createClock} from '../../src/clock.js';
import {Edge, type Routes} from '../../src/edge/edge.js';
import {signToken, testEnvironment} from '../start-node.js';

/** An event of any name and payload: the edge looks at neither. */
export const anEvent = (name: string): EventDefinition => ({...chat.message, name});

/** A frame as the edge gave it to the session. */
interface Received {
  readonly name: string;
  readonly params: unknown;
  readonly answer: ((answer: Answer<unknown>) => void) | undefined;
}

/** One session of {@link ScriptedHub}. */
export class ScriptedSession implements LiveSession {
  readonly session: string;
  readonly user: string;
  readonly handshake: wire.Handshake;
  readonly connection: Connection;
  readonly received: Received[] = [];
  wasDropped = 0;
  onReceive: (received: Received) => void = ({answer}) => answer?.({ok: true, data: {}});

  constructor(identity: Identity, handshake: wire.Handshake, connection: Connection) {
    this.session = `session-of-${identity.user}`;
    this.user = identity.user;
    this.handshake = handshake;
    this.connection = connection;
  }

  receive(name: string, params: unknown, answer?: (answer: Answer<unknown>) => void): void {
    const received = {name, params, answer};
    this.received.push(received);
    this.onReceive(received);
  }

  refuse(_name: string, error: ParleyError, answer?: (answer: Answer<unknown>) => void): void {
    answer?.({ok: false, error: error.toWire()});
  }

  dropped(): void {
    this.wasDropped += 1;
  }
}

/** A hub without meaning: it lets everybody in and does what the test says, so that the edge alone is under test. */
export class ScriptedHub implements Hub {
  readonly sessions: ScriptedSession[] = [];
  admitted = 0;
  abandoned = 0;
  /** Room that everybody is attached to from the start. */
  readonly room: RoomId = 'hall';
  beforeAdmission: () => Promise<void> = () => Promise.resolve();

  readonly watches = 0;

  get connections(): number {
    return this.sessions.filter(({connection}) => connection.open).length;
  }

  isLeaving(): boolean {
    return false;
  }

  get backstage(): never {
    throw new Error('The edge does not look at this.');
  }

  async admit(identity: Identity, handshake: wire.Handshake): Promise<Admission> {
    await this.beforeAdmission();
    this.admitted += 1;
    let started = false;
    return {
      session: `session-of-${identity.user}`,
      user: identity.user,
      start: (connection) => {
        started = true;
        const session = new ScriptedSession(identity, handshake, connection);
        this.sessions.push(session);
        connection.send(anEvent('session.ready'), {user: identity.user});
        connection.attach(this.room);
        return session;
      },
      abandon: () => {
        if (!started) this.abandoned += 1;
      },
    };
  }

  of(user: string): ScriptedSession {
    const found = this.sessions.findLast((session) => session.user === user);
    if (found === undefined) throw new Error(`${user} is not here.`);
    return found;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An edge on a free port in front of a {@link ScriptedHub}. */
export interface BareEdge extends AsyncDisposable {
  readonly url: string;
  readonly token: typeof signToken;
  readonly edge: Edge;
  readonly hub: ScriptedHub;
  readonly broadcaster: Broadcaster;
  /** What monitoring was told. */
  readonly seen: {
    closed: (CloseReason | 'client')[];
    refused: ErrorCode[];
    limits: LimitName[];
    dropped: number;
    delivered: number;
  };
}

export async function startEdge(
  env: Readonly<Record<string, string>> = {},
  routes: Routes = () => undefined,
): Promise<BareEdge> {
  const config = makeConfig({...testEnvironment, ...env});
  const clock = createClock();
  const seen: BareEdge['seen'] = {closed: [], refused: [], limits: [], dropped: 0, delivered: 0};
  const hub = new ScriptedHub();
  const edge = await Edge.create({
    network: config.network,
    payloadBytes: config.limits.payloadBytes,
    verifier: createTokenVerifier(config.auth, keySource(config.auth.key), clock),
    clock,
    observer: {
      connectionClosed: (reason) => seen.closed.push(reason),
      handshakeRefused: (code) => seen.refused.push(code),
      limitReached: (limit) => seen.limits.push(limit),
      dropped: (connections) => (seen.dropped += connections),
      published: (_, deliveries) => (seen.delivered += deliveries),
    },
    onDefect: (error) => {
      throw error;
    },
  });
  const {url} = await edge.open(hub, routes);
  return {
    url,
    token: signToken,
    edge,
    hub,
    broadcaster: edge.broadcaster,
    seen,
    [Symbol.asyncDispose]: () => edge.close(),
  };
}
