import {z} from 'zod';
import {textLimit} from './chat.js';
import type {ErrorCode} from './errors.js';
import {grantsOfToken} from './grants.js';
import {clientId, displayName, roomId, sessionId, userId} from './primitives.js';
import {role} from './role.js';
import {sessionSummary} from './session.js';

/**
 * What the application's backend is asked before something happens. A question is the `data` of a CloudEvent of the type
 * `parley.hook.<name>`; the answer is JSON (`readAnswer`).
 */
export interface Hook<
  Name extends string = string,
  Question extends z.ZodType = z.ZodType,
  Changes extends z.ZodRawShape = z.ZodRawShape,
> {
  readonly name: Name;
  /** One or two sentences of Markdown. */
  readonly doc: string;
  readonly question: Question;
  /** What an answer that allows may change besides; every field is optional. */
  readonly changes: Changes;
  /** What it may be refused with; the first unless the backend says otherwise. */
  readonly codes: readonly [ErrorCode, ...ErrorCode[]];
}

const asked = <Name extends string, Question extends z.ZodType, const Changes extends z.ZodRawShape>(
  name: Name,
  spec: Omit<Hook<Name, Question, Changes>, 'name'>,
): Hook<Name, Question, Changes> => ({name, ...spec});

/** For how long an answer may be kept at most. */
export const longestCacheMs = 3_600_000;

const {device} = sessionSummary.shape;
const person = {user: userId, name: displayName};
const member = {...person, session: sessionId, room: roomId};

export const connect = asked('connect', {
  doc: 'A client with a good token connects (`how` is `new`), comes back to a session (`resume`) or brings another token (`refresh`). `name` is what a new session is called, `grants` take the place of the token’s.',
  question: z.strictObject({
    ...person,
    how: z.enum(['new', 'resume', 'refresh']),
    device,
    tokenId: z.string().optional(),
    grants: grantsOfToken.optional(),
  }),
  changes: {name: displayName.optional(), grants: grantsOfToken.optional()},
  codes: ['denied', 'bad_token', 'token_expired', 'token_revoked', 'too_many_sessions', 'rate_limited'],
});

export const join = asked('join', {
  doc: 'A session wants to be in a room. With a `role` the user is let in as if invited with it, however closed the room is; of a member in their own right it changes nothing.',
  question: z.strictObject(member),
  changes: {role: role.optional()},
  codes: ['denied', 'forbidden', 'unknown_room', 'room_full', 'rate_limited'],
});

export const publish = asked('publish', {
  doc: 'A session sends a message to a room. `text` takes the place of what was written. A repeat of a message is asked about again, under the same `message`.',
  question: z.strictObject({...member, message: clientId, text: z.string(), role}),
  changes: {text: z.string().trim().min(1).max(textLimit).optional()},
  codes: ['denied', 'forbidden', 'rate_limited'],
});

export const callJoin = asked('callJoin', {
  doc: 'A session wants to be in the room’s call, or in its lobby, for the first time or again after it was interrupted for good.',
  question: z.strictObject({...member, role}),
  changes: {},
  codes: ['denied', 'forbidden', 'call_full', 'call_locked', 'call_denied', 'rate_limited'],
});

/** In the order of the reference. */
export const all = [connect, join, publish, callJoin] as const satisfies readonly Hook[];

interface Questions {
  readonly connect: z.infer<typeof connect.question>;
  readonly join: z.infer<typeof join.question>;
  readonly publish: z.infer<typeof publish.question>;
  readonly callJoin: z.infer<typeof callJoin.question>;
}
type Changed<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;
interface Changes {
  readonly connect: Changed<typeof connect.changes>;
  readonly join: Changed<typeof join.changes>;
  readonly publish: Changed<typeof publish.changes>;
  readonly callJoin: Changed<typeof callJoin.changes>;
}
export type HookName = keyof Questions;
export const names: readonly HookName[] = all.map(({name}) => name);
export type QuestionOf<H extends HookName> = Questions[H];
/** What an answer changes. */
export type ChangesOf<H extends HookName> = Changes[H];

/** A backend's answer, read. */
export type HookAnswer<H extends HookName = HookName> = {
  /** For how long it stands for the same user, and room if there is one; 0: for this once. */
  readonly cacheMs: number;
} & (
  | {readonly allow: true; readonly changes: ChangesOf<H>}
  | {
      readonly allow: false;
      readonly code: ErrorCode;
      /** The application's own word for its clients. */
      readonly reason?: string;
      readonly message?: string;
      readonly retryAfterMs?: number;
    }
);

const cacheMs = z.number().int().min(0).max(longestCacheMs).default(0);

/** The schema of a hook's answers, as the backend writes them. */
export const answerSchema = ({changes, codes}: Hook) =>
  z.discriminatedUnion('allow', [
    z.strictObject({allow: z.literal(true), cacheMs, ...changes}),
    z.strictObject({
      allow: z.literal(false),
      code: z.enum(codes).default(codes[0]),
      reason: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, '1 to 64 letters, digits, _ . and -')
        .optional(),
      message: z.string().trim().min(1).max(300).optional(),
      retryAfterMs: z.number().int().min(0).max(longestCacheMs).optional(),
      cacheMs,
    }),
  ]);

const schemas = new Map(all.map((hook) => [hook.name, answerSchema(hook)]));

/** What a backend answered, or a sentence that says what is wrong with it. */
export function readAnswer<H extends HookName>(hook: H, answer: unknown): HookAnswer<H> | string {
  const read = schemas.get(hook)?.safeParse(answer);
  if (read?.success) {
    const {allow, cacheMs: keptMs, ...rest} = read.data;
    // What is besides `allow` and `cacheMs` in an answer that allows are the changes, by the schema.
    return (allow ? {allow, cacheMs: keptMs, changes: rest} : {allow, cacheMs: keptMs, ...rest}) as HookAnswer<H>;
  }
  const [issue] = read?.error.issues ?? [];
  const field = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  return `${field.length === 0 ? 'the answer' : field.map(String).join('.').slice(0, 100)}: ${(issue?.message ?? '').slice(0, 200)}`;
}
