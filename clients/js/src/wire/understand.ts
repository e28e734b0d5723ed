import type {EventDefinition, PayloadOf} from '@parley/protocol';

type Schema = EventDefinition['payload'];

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of `value` without the given keys of the object at `path`. */
function without(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === step ? without(item, rest, keys) : item));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => step !== undefined || !keys.includes(key))
      .map(([key, item]) => [key, key === step ? without(item, rest, keys) : item]),
  );
}

/**
 * Parses what the server sent. Fields that this version of the contract does not know are dropped ([ENV6]), so that a
 * newer server can speak to an older client. Undefined if it does not fit otherwise.
 */
export function understand<S extends Schema>(
  schema: S,
  value: unknown,
): PayloadOf<EventDefinition<string, S>> | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  let known = value;
  for (const issue of first.error.issues) {
    if (issue.code !== 'unrecognized_keys') return undefined;
    known = without(known, issue.path, issue.keys);
  }
  const second = schema.safeParse(known);
  return second.success ? second.data : undefined;
}
