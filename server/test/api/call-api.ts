import type {TestNode} from '../start-node.js';

/** What the operations port of a node answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A backend's request to a node; without a body it is a GET. */
export async function callApi(
  node: Pick<TestNode, 'opsUrl' | 'apiKey'>,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> {
  const answer = await fetch(`${node.opsUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {authorization: `Bearer ${node.apiKey}`, 'content-type': 'application/json', ...headers},
    ...(body !== undefined && {body: JSON.stringify(body)}),
  });
  return {status: answer.status, body: (await answer.json()) as Record<string, unknown>};
}
