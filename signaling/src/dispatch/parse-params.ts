import {ParleyError, type ParamsOf, type RequestDefinition} from '@parley/protocol';

type Issue = NonNullable<ReturnType<RequestDefinition['params']['safeParse']>['error']>['issues'][number];

/** The offending field's path, such as `codecs.0.mimeType`; undefined if the argument as a whole is at fault. */
function fieldOf(issue: Issue): string | undefined {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  return path.length === 0 ? undefined : path.map(String).join('.').slice(0, maxFieldCharacters);
}

/** An unknown key is the client's own text: it comes back, but not at any length. */
const maxFieldCharacters = 200;

/** A request's argument as its schema says it must be, or `invalid_payload` naming the first field that is not. */
export function parseParams<D extends RequestDefinition>(definition: D, params: unknown): ParamsOf<D> {
  const parsed = definition.params.safeParse(params);
  if (parsed.success) return parsed.data as ParamsOf<D>;
  const [issue] = parsed.error.issues;
  const field = issue && fieldOf(issue);
  throw new ParleyError('invalid_payload', {
    ...(issue && {message: issue.message.slice(0, maxMessageCharacters)}),
    ...(field !== undefined && {field}),
  });
}

const maxMessageCharacters = 300;
