import type {hook as wire} from '@parley/protocol';
import {call, chat, type Role, type RoomId} from '@parley/protocol';
import type {RequestSession} from '../dispatch/handler.js';
import type {HubObserver, Identity} from '../hub.js';
import type {Clock, Ids} from '../ports.js';
import type {Authority} from '../rights/authority.js';
import {grantsFromClaim, grantsToClaim} from '../rights/token-grants.js';
import {KeyedOrder} from '../rooms/keyed-order.js';
import {Asker, type BackendLine} from './asker.js';
import {Circuit} from './circuit.js';
import type {HookSettings} from './hook-settings.js';
import {Turnstile} from './turnstile.js';

/** Questions that wait for their turn, for each backend. */
const maxWaiting = 1_000;

/**
 * What the application's backend has to say on what a session is about to do. What it is not asked about is not there: nothing
 * is waited for.
 *
 * While it is asked anything may happen, so whoever asks looks again afterwards whether the session still may.
 */
export interface Consent {
  /** Resolves with who the bearer of the token is from now on. */
  readonly connect?: (identity: Identity, how: 'new' | 'resume' | 'refresh', device?: string) => Promise<Identity>;
  /** Resolves with the role to let the user in with, if the backend gives one. */
  readonly join?: (session: RequestSession, room: RoomId) => Promise<Role | undefined>;
  /**
   * Appends what the backend lets pass. Messages of one session to a room are appended in the order of the calls, however long
   * the backend takes for each.
   */
  readonly publish?: <T>(
    session: RequestSession,
    message: {readonly room: RoomId; readonly id: string; readonly text: string},
    append: (text: string) => Promise<T>,
  ) => Promise<T>;
  readonly callJoin?: (session: RequestSession, room: RoomId) => Promise<void>;
}

export interface ConsentOptions {
  readonly backends: readonly HookSettings[];
  readonly authority: Pick<Authority, 'ask'>;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'id'>;
  readonly observer: Pick<HubObserver, 'hookAsked' | 'hookFailed' | 'hookCircuit'>;
}

export function createConsent(options: ConsentOptions): Consent {
  if (options.backends.length === 0) return {};
  const askerOf = askersOf(options);
  const connect = askerOf('connect');
  const join = askerOf('join');
  const publish = askerOf('publish');
  const callJoin = askerOf('callJoin');
  const {authority} = options;
  return {
    ...(connect && {connect: (identity, how, device) => letIn(connect, identity, how, device)}),
    ...(join && {join: async (session, room) => (await join.ask({...memberOf(session), room}))?.role}),
    ...(publish && {publish: publishing(publish, authority)}),
    ...(callJoin && {
      callJoin: async (session, room) => {
        await callJoin.ask({...memberOf(session), room, role: roleIn(session, room)});
        await authority.ask(session, call.join, {room});
      },
    }),
  };
}

function askersOf({backends, clock, ids, observer}: ConsentOptions) {
  const lines = backends.map(({name, backend, hooks, timeoutMs, concurrency}) => {
    const circuit = new Circuit({
      clock,
      onChange: (state) => {
        observer.hookCircuit(name, state);
      },
    });
    const turnstile = new Turnstile({atOnce: concurrency, waiting: maxWaiting});
    const line: BackendLine = {name, backend, timeoutMs, circuit, turnstile};
    return {line, hooks};
  });
  return <H extends wire.HookName>(hook: H): Asker<H> | undefined => {
    const found = lines.find(({hooks}) => hooks[hook] !== undefined);
    const fails = found?.hooks[hook];
    return found && fails && new Asker({hook, line: found.line, fails, clock, ids, observer});
  };
}

async function letIn(
  asker: Asker<'connect'>,
  identity: Identity,
  how: 'new' | 'resume' | 'refresh',
  device: string | undefined,
): Promise<Identity> {
  const {user, name, tokenId, grants} = identity;
  const changes = await asker.ask({
    user,
    name,
    how,
    ...(device !== undefined && {device}),
    ...(tokenId !== undefined && {tokenId}),
    ...(grants !== undefined && {grants: grantsToClaim(grants)}),
  });
  return {
    ...identity,
    ...(changes?.name !== undefined && {name: changes.name}),
    ...(changes?.grants !== undefined && {grants: grantsFromClaim(changes.grants)}),
  };
}

function publishing(asker: Asker<'publish'>, authority: ConsentOptions['authority']): NonNullable<Consent['publish']> {
  const order = new KeyedOrder<string>();
  return async (session, {room, id, text}, append) => {
    const asking = asker.ask({...memberOf(session), room, message: id, text, role: roleIn(session, room)});
    // It is waited for in its turn.
    asking.catch(() => undefined);
    const done = await order.take(`${session.id} ${room}`);
    let appending: ReturnType<typeof append>;
    try {
      const changes = await asking;
      await authority.ask(session, chat.send, {room, id, text});
      appending = append(changes?.text ?? text);
    } finally {
      done();
    }
    return appending;
  };
}

const memberOf = ({id, user, name}: RequestSession) => ({session: id, user, name});

/** Who is asked about was allowed to ask a moment ago, and so is something in the room. */
const roleIn = (session: RequestSession, room: RoomId): Role => session.standing(room)?.role ?? 'guest';
