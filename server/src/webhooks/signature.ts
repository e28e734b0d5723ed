import {createHmac} from 'node:crypto';

/** A secret begins with this, and goes on in base64: as the libraries of Standard Webhooks take it. */
const secretPrefix = 'whsec_';

/** The bytes of a secret; undefined if it is none of 24 to 64 bytes. */
export function readSecret(text: string): Buffer | undefined {
  if (!text.startsWith(secretPrefix)) return undefined;
  const encoded = text.slice(secretPrefix.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isWhole = bytes.toString('base64').replaceAll('=', '') === encoded.replaceAll('=', '');
  return isWhole && bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/**
 * Headers by which the receiver knows who sent it, and when (Standard Webhooks,
 * https://github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over id, time and body, once with each secret.
 */
export function signatureHeaders(
  {id, body, atMs}: {readonly id: string; readonly body: string; readonly atMs: number},
  secrets: readonly Buffer[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
  return {'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ')};
}
