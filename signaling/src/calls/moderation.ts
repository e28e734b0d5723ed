import {
  callRights,
  ParleyError,
  people,
  type call as wire,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
} from '@parley/protocol';
import {parseParams} from '../dispatch/parse-params.js';
import type {CallRecords} from '../ports.js';
import {mayActUpon} from '../rights/policy.js';
import type {CallRecord} from './call-record.js';
import type {Peer} from './call-state.js';
import type {CallParts} from './call-parts.js';
import {standingOf} from './standing-of.js';
import type {Asking} from './words.js';

export interface ModerationOptions extends CallParts {
  readonly record: CallRecord;
  readonly records: Pick<CallRecords, 'settings'>;
  readonly end: () => void;
}

const microphones: readonly wire.ProducerSummary['source'][] = ['microphone'];

/** Who acts: a session in the room, or the backend, which is above all roles. */
type Acting = Pick<Asking, 'role' | 'rights'> & Partial<Pick<Asking, 'session' | 'user' | 'name'>>;

export const theBackend: Acting = {role: 'owner', rights: callRights};

type Act = (asking: Acting, params: unknown) => Promise<unknown>;

/**
 * What is done to a call and to others in it, by sessions in the room, which need not be in the call themselves, and by
 * the backend. Whether sessions may at all, the policy has said on their own node.
 */
export function moderation(options: ModerationOptions): ReadonlyMap<string, Act> {
  const {
    state,
    roster,
    producers,
    choosing,
    profiles,
    lobby,
    entry,
    allowance,
    outbox,
    recording,
    record,
    records,
    end,
  } = options;
  const acts = new Map<string, Act>();
  const on = <D extends RequestDefinition>(
    definition: D,
    run: (asking: Acting, params: ParamsOf<D>) => ResultOf<D> | Promise<ResultOf<D>>,
  ): void => {
    acts.set(definition.name, async (asking, params) => run(asking, parseParams(definition, params)));
  };
  const users = (): Iterable<string> => [...state.peers.values()].map(({user}) => user);
  const tellSettings = (): void => {
    outbox.toAll(people.settings, {room: state.room, ...standingOf(options)});
  };

  on(people.get, ({rights}) => {
    const {peers, producers: published, startedAt} = state.snapshot();
    const active = peers.length > 0;
    const waiting = rights.includes('moderate') ? lobby.summaries : [];
    return {active, startedAt, peers, producers: published, ...standingOf(options), waiting};
  });
  on(people.admit, async (_, {sessions}) => {
    lobby.admit(sessions);
    await record.written();
    return {};
  });
  on(people.deny, async (_, {sessions}) => {
    lobby.deny(sessions);
    await record.written();
    return {};
  });
  on(people.lock, async (_, {locked}) => {
    if (entry.setLocked(locked, users())) tellSettings();
    await record.written();
    return {};
  });
  // What holds is in the store by now: of two changes at once, the one that is looked at last sees both.
  const look = async (): Promise<void> => {
    const {lobby: enabled, limits} = await records.settings(state.room);
    const gate = entry.setLobby(enabled, users());
    const bounds = allowance.set(limits);
    if (bounds) producers.boundAll();
    if (bounds) choosing.lookAll();
    if (gate || bounds) tellSettings();
    if (gate) lobby.review();
  };
  on(people.lobby, async () => {
    await look();
    return {};
  });
  on(people.limits, async () => {
    await look();
    return allowance.limits;
  });
  on(people.mute, async (asking, {peers, sources = microphones}) => {
    const muting = [...named(options, asking, peers)].map((peer) => producers.mute(peer, sources, asking.user));
    for (const outcome of await Promise.allSettled(muting)) if (outcome.status === 'rejected') throw outcome.reason;
    return {};
  });
  on(people.handsLower, (asking, {peers}) => {
    for (const peer of named(options, asking, peers)) profiles.raiseHand(peer, false);
    return {};
  });
  on(people.kick, async (asking, {peer: session}) => {
    const peer = state.peers.get(session);
    if (peer === undefined) return {};
    if (!mayActUpon(asking.role, peer.role))
      throw new ParleyError('forbidden', {message: 'This peer’s role is above yours.'});
    entry.putOut(peer.user);
    for (const one of [...state.peers.values()])
      if (one.user === peer.user && mayActUpon(asking.role, one.role)) roster.remove(one, 'kicked');
    await record.written();
    return {};
  });
  on(people.record, async ({user, name}, {recording: wanted, mixed}) => {
    const by = user === undefined || name === undefined ? undefined : {user, name};
    if (wanted) await recording.start(by, mixed);
    else recording.stop(by);
    return {};
  });
  on(people.end, () => {
    end();
    return {};
  });
  return acts;
}

/** Of those named who is there, is somebody else, and not above who asks. */
function* named({state}: CallParts, asking: Acting, whom: 'all' | readonly string[]): Iterable<Peer> {
  const names = whom === 'all' ? undefined : new Set(whom);
  for (const peer of [...state.peers.values()]) {
    if (peer.session === asking.session || !mayActUpon(asking.role, peer.role)) continue;
    if (names === undefined || names.has(peer.session)) yield peer;
  }
}
