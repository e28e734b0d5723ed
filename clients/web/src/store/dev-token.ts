/** The server does not give tokens to visitors: they come from the application's own backend. */
export class NoDevTokens extends Error {
  override readonly name = 'NoDevTokens';
}

/**
 * Asks the page's own node for a token, as development servers allow. Rejects with {@link NoDevTokens} where that is
 * switched off, and with an error that says what happened otherwise.
 */
export async function fetchDevToken(name: string): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({name}),
  });
  if (response.status === 404 || response.status === 405) throw new NoDevTokens('This server gives no tokens.');
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(sentence(body) ?? `The server answered with status ${response.status}.`);
  if (typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string') return body.token;
  throw new Error('The server’s answer holds no token.');
}

/** The text of a wire error, bare or within an envelope. */
function sentence(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if ('message' in body && typeof body.message === 'string') return body.message;
  return 'error' in body ? sentence(body.error) : undefined;
}
