import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto';
import type {IncomingHttpHeaders} from 'node:http';

const prefix = 'whsec_';
const toleranceS = 300;

export const newWebhookSecret = (): string => prefix + randomBytes(32).toString('base64');

/** Whether a request was signed with the secret, lately: Standard Webhooks, as any receiver may check it by itself. */
export function isSigned(headers: IncomingHttpHeaders, body: Buffer, secret: string, nowMs: number): boolean {
  const [id, stamp, given] = ['id', 'timestamp', 'signature'].map((name) => String(headers[`webhook-${name}`]));
  if (!(Math.abs(nowMs / 1_000 - Number(stamp)) <= toleranceS)) return false;
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const due = createHmac('sha256', key)
    .update(`${String(id)}.${String(stamp)}.`)
    .update(body)
    .digest();
  return String(given)
    .split(' ')
    .some((one) => {
      const signature = one.startsWith('v1,') ? Buffer.from(one.slice(3), 'base64') : Buffer.alloc(0);
      return signature.length === due.length && timingSafeEqual(signature, due);
    });
}
