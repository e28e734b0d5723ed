import {ParleyError} from '@parley/protocol';
import {z} from 'zod';
import {endCall, kickPeer, muteCall} from '../verbs/calls.js';
import {createGroup, addGroupUsers, removeGroup, removeGroupUsers} from '../verbs/groups.js';
import {removeMember, removeRoomGroup, setMember, setRoomGroup} from '../verbs/members.js';
import {sendPush} from '../verbs/push.js';
import {createRoom, updateRoom} from '../verbs/rooms.js';
import {cancelScheduled} from '../verbs/scheduled.js';
import {kickSession, kickUser} from '../verbs/sessions.js';
import {revokeTokens} from '../verbs/tokens.js';
import {nothingElse, parted, type Request, type Verb} from '../verbs/verb.js';

/** What a batch may hold, by the name that an item has for it: that of the operation over HTTP. */
export const batchVerbs: Readonly<Record<string, Verb>> = {
  push: sendPush,
  createRoom,
  updateRoom,
  setMember,
  removeMember,
  setRoomGroup,
  removeRoomGroup,
  createGroup,
  removeGroup,
  addGroupUsers,
  removeGroupUsers,
  kickUser,
  kickSession,
  revokeTokens,
  muteCall,
  kickPeer,
  endCall,
  cancelPush: cancelScheduled,
};

/** An item whose parameters are what they must be. */
export interface BatchItem {
  readonly name: string;
  readonly verb: Verb;
  readonly request: Request;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws `invalid_payload` with the field's name, as the verb by itself would, or `too_large`. */
export function readItem(item: unknown, mostBytes: number): BatchItem {
  const [[name, fields] = [undefined, undefined], ...others] = isObject(item) ? Object.entries(item) : [];
  const verb = name !== undefined && Object.hasOwn(batchVerbs, name) ? batchVerbs[name] : undefined;
  if (name === undefined || verb === undefined || others.length > 0) {
    const field = others[0]?.[0] ?? name;
    throw new ParleyError('invalid_payload', {
      message: `An item is an object with exactly one of ${Object.keys(batchVerbs).join(', ')}.`,
      ...(field !== undefined && {field}),
    });
  }
  if (!isObject(fields)) throw new ParleyError('invalid_payload', {field: name, message: 'must be an object'});
  if (JSON.stringify(fields).length > mostBytes) throw new ParleyError('too_large');
  const {names, input} = parted(verb, fields);
  return {name, verb, request: verb.ask(names, input)};
}

/** The room into whose feed an item would have gone, as far as one that is malformed says so. */
export function roomOf(item: unknown): string | undefined {
  const fields = isObject(item) ? item['push'] : undefined;
  const target = isObject(fields) && fields['store'] === true ? fields['target'] : undefined;
  const room = isObject(target) ? target['room'] : undefined;
  return typeof room === 'string' ? room : undefined;
}

/** For the description: an item is read by its verb. */
export const batchItem = z.union(
  Object.entries(batchVerbs).map(([name, verb]) => z.strictObject({[name]: allOf(verb)})),
);

function allOf({names, input}: Verb): z.ZodType {
  if (Object.keys(names.shape).length === 0) return input;
  const rest = input instanceof z.ZodOptional ? input.unwrap() : input;
  if (input === nothingElse || !(rest instanceof z.ZodObject)) return names;
  return z.strictObject({...names.shape, ...rest.shape});
}

/** What an item is answered: under its own name what its verb says, or why it was refused. */
export const batchAnswer = z.strictObject({
  ...Object.fromEntries(
    Object.entries(batchVerbs).map(([name, {output}]) => [
      name,
      (output instanceof z.ZodNull ? z.strictObject({}) : output).optional(),
    ]),
  ),
  problem: z
    .strictObject({
      code: z.string().meta({description: 'Code of the error catalogue.'}),
      message: z.string(),
      retryable: z.boolean().meta({description: 'Whether the same item may succeed later by itself.'}),
      field: z.string().optional().meta({description: 'Path of the offending field within the item.'}),
      retryAfterMs: z.number().int().min(0).optional(),
    })
    .optional()
    .meta({description: 'Why it was not done; then there is nothing else.'}),
});
