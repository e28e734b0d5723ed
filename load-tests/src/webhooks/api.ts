import {setTimeout as delay} from 'node:timers/promises';
import {apiKey, type RunningNode} from '../subjects/parley.js';

const attempts = 600;
const pauseMs = 50;

/**
 * Asks one node of the API, and the next if it does not answer, until one has. What is asked must bear to be asked twice.
 *
 * @param first the node to begin with
 */
export async function ask(
  nodes: readonly Pick<RunningNode, 'opsUrl'>[],
  first: number,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const at = (first + attempt) % nodes.length;
    const response = await fetch(`${nodes[at]?.opsUrl ?? ''}${path}`, {
      method,
      headers: {authorization: `Bearer ${apiKey}`, ...(body && {'content-type': 'application/json'})},
      ...(body && {body: JSON.stringify(body)}),
    }).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (response?.ok === true && text !== undefined) return JSON.parse(text);
    if (response && response.status < 500 && response.status !== 429) {
      throw new Error(`${method} ${path} was answered with ${String(response.status)}: ${String(text)}`);
    }
    if (attempt % nodes.length === nodes.length - 1) await delay(pauseMs);
  }
  throw new Error(`No node answered ${method} ${path}.`);
}
