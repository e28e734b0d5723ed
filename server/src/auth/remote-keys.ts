import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type FetchImplementation,
  type FlattenedJWSInput,
  type JWTVerifyGetKey,
} from 'jose';

/** How long an answer of the key set's address may take, its body included. */
const fetchTimeoutMs = 5_000;
/** Tokens that name unknown keys make the set be fetched at most this often: they cost their senders, not the issuer. */
const fetchCooldownMs = 10_000;
/** A set of this age is fetched anew, while tokens are still checked with the one at hand. */
const renewAfterMs = 10 * 60_000;
/** How long the set at hand is good for while no other can be had: a withdrawn key is taken for no longer than this. */
const keepForMs = 24 * 3_600_000;
/** Claims are in whole seconds, and the issuer's clock is another one. */
const slackMs = 1_000;
/** Some hundreds of keys; an answer without an end would fill the memory. */
const maxSetBytes = 256 * 1_024;

/**
 * Keys that are published at an address. Those at hand stay in use while the issuer is away; a key that is not at hand
 * makes the set be fetched. Until it may be, a token that was issued after the set was is not known to be bad: its key may
 * be a new one, and its bearer, who is told that there is no telling yet, would otherwise be sent away for good.
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchTimeoutMs,
    cooldownDuration: fetchCooldownMs,
    cacheMaxAge: keepForMs,
    [customFetch]: async (...request) => {
      const begunAt = Date.now();
      const response = await boundedFetch(...request);
      if (response.ok) fetchedAt = begunAt;
      return response;
    },
  });
  let fetchedAt = 0;
  let renewAt = 0;
  return async (header, token) => {
    const now = Date.now();
    if (keys.jwks() === undefined) renewAt = now + renewAfterMs;
    else if (now >= renewAt) {
      renewAt = now + renewAfterMs;
      keys.reload().catch(() => {
        renewAt = Date.now() + fetchCooldownMs;
      });
    }
    try {
      return await keys(header, token);
    } catch (error) {
      const issuedAt = error instanceof errors.JWKSNoMatchingKey ? moment(token) : undefined;
      if (issuedAt === undefined || issuedAt + slackMs < fetchedAt || issuedAt > now + slackMs) throw error;
      throw new Error('The token is newer than the keys at hand.', {cause: error});
    }
  };
}

/** When the token says that it was issued, in milliseconds since the Unix epoch; nobody has checked it. */
function moment({protected: header = '', payload, signature}: FlattenedJWSInput): number | undefined {
  try {
    const {iat}: {iat?: unknown} = decodeJwt(`${header}.${String(payload)}.${signature}`);
    return typeof iat === 'number' ? iat * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

const boundedFetch: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  const {status, headers} = response;
  return new Response(status === 200 ? await boundedBody(response) : null, {
    status: status === 200 ? 200 : 502,
    headers,
  });
};

async function boundedBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).byteLength;
    // Leaving the loop ends the transfer.
    if (bytes > maxSetBytes) throw new Error(`The key set is larger than ${maxSetBytes} bytes.`);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
