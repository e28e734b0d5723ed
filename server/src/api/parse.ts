import {ParleyError} from '@parley/protocol';
import type {z} from 'zod';

/** A refusal repeats the caller's own text, but not at any length. */
const maxFieldCharacters = 200;
const maxMessageCharacters = 300;

/** A body of more levels below its outermost is refused: who parses by recursion, here or in a client, has a stack. */
export const maxNesting = 64;

/**
 * What a body or parameters must be. Throws an `invalid_payload` that names the first field that is not.
 *
 * Of a union it reports the member that fits best, so that `{user: 'x y'}` is told about `user` and not about all the
 * other things that it could have been.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  if (nestedDeeperThan(data, maxNesting)) {
    throw new ParleyError('invalid_payload', {message: `nested deeper than ${maxNesting} levels`});
  }
  return parseOutermost(schema, data);
}

/** The same for what has parts that are left unknown: they are looked at by `parse` later, their depth included. */
export function parseOutermost<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw issue === undefined ? new ParleyError('invalid_payload') : refusal(bestOf(issue));
}

type Issue = z.core.$ZodIssue;

function bestOf(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0]?.[0];
  if (closest === undefined) return issue;
  const best = bestOf(closest);
  return {...best, path: [...issue.path, ...best.path]};
}

function refusal(issue: Issue): ParleyError {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  const field = path.map(String).join('.').slice(0, maxFieldCharacters);
  return new ParleyError('invalid_payload', {
    message: issue.message.slice(0, maxMessageCharacters),
    ...(field !== '' && {field}),
  });
}

/** Level by level instead of by recursion, which is what the limit protects from. */
function nestedDeeperThan(data: unknown, limit: number): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap(inside);
  }
  return false;
}

function inside(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
