import {call, ParleyError, type CallRight, type RequestDefinition, type Standing} from '@parley/protocol';
import type {RequestSession} from '../dispatch/handler.js';
import type {RoomDirectory} from '../ports.js';
import {absence} from '../rooms/absence.js';
import {policy, reaches, type Rule} from './policy.js';
import type {RoomWords} from './room-words.js';
import {judge} from './standing.js';

type Params = Readonly<Record<string, unknown>>;
type RoomRule = Exclude<Rule, {who: 'everyone' | 'comer'}>;

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries(policy));

const forbidden = (message: string, field?: string): ParleyError =>
  new ParleyError('forbidden', {message, ...(field !== undefined && {field})});

/** Says of every request whether this session may make it here: by the policy, and by nothing else. */
export class Authority {
  readonly #words: RoomWords;
  readonly #rooms: Pick<RoomDirectory, 'tombstone'>;

  constructor(words: RoomWords, rooms: Pick<RoomDirectory, 'tombstone'>) {
    this.#words = words;
    this.#rooms = rooms;
  }

  /**
   * Throws what the request is refused with, or returns at once if it is not; what the session may do is at hand. Only
   * who has not joined the room waits, for what is to be said to them.
   */
  ask(session: RequestSession, definition: RequestDefinition, params: Params): Promise<never> | undefined {
    const rule = rules.get(definition.name);
    if (!rule) throw new Error(`The policy has no rule for ${definition.name}.`);
    if (rule.who === 'everyone') return undefined;
    const room = String(params['room']);
    const standing = session.standing(room);
    if (standing && rule.who !== 'comer') {
      refuseBelow(rule, standing, params);
      return undefined;
    }
    if (session.granted(room)?.live.length === 0) throw forbidden('The token does not grant this room.');
    return rule.who === 'comer' ? undefined : this.#refuseStranger(session, room, definition);
  }

  /** A room that would not let the session in and wants to be unknown, is. */
  async #refuseStranger(session: RequestSession, room: string, {errors}: RequestDefinition): Promise<never> {
    if (errors.includes('unknown_room')) {
      const found = await this.#words.of(room, session.user);
      const grants = session.granted(room)?.live;
      if (!found) throw await absence(this.#rooms, room, () => grants !== undefined);
      const isKnown = found.word.access !== 'private' || judge(room, found.word, grants, 0).admitted;
      if (!isKnown) throw new ParleyError('unknown_room');
    }
    throw new ParleyError('not_joined');
  }
}

function refuseBelow(rule: RoomRule, {role, call: rights, over}: Standing, params: Params): void {
  if (!reaches(role, rule.who)) throw forbidden(`This takes the role ${rule.who}.`);
  const right = rule.call === 'source' ? rightFor(params) : rule.call;
  if (right !== undefined && !rights.includes(right)) throw forbidden(`This takes the right "${right}" in calls.`);
  if (rule.gives && params['role'] !== undefined && !over.some((each) => each === params['role'])) {
    throw forbidden('This role is not yours to give.', 'role');
  }
}

function rightFor(params: Params): CallRight {
  return call.rightToPublish[call.mediaSource.parse(params['source'])];
}
