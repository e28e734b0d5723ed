import type {TestNode} from './start-node.js';

/** Asks a node's operations port; the body is what it answered, whatever the status; undefined if there is none. */
export async function ops(
  node: Pick<TestNode, 'opsUrl' | 'apiKey'>,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<{status: number; body: unknown}> {
  const response = await fetch(`${node.opsUrl}${path}`, {
    method,
    headers: {authorization: `Bearer ${node.apiKey}`, ...(body !== undefined && {'content-type': 'application/json'})},
    ...(body !== undefined && {body: JSON.stringify(body)}),
  });
  return {status: response.status, body: response.status === 204 ? undefined : await response.json()};
}

export async function kickUser(node: Pick<TestNode, 'opsUrl' | 'apiKey'>, user: string): Promise<unknown> {
  const {body} = await ops(node, 'POST', `/v1/users/${user}/kick`, {});
  return body;
}
