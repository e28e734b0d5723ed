import {createHmac} from 'node:crypto';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token (RFC 7519, HS256) of a load-generating user, good for an hour. */
export function token(secret: string, user: string): string {
  const header = base64url({alg: 'HS256', typ: 'JWT'});
  const unsigned = `${header}.${base64url({sub: user, name: 'Load', exp: Math.floor(Date.now() / 1_000) + 3_600})}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}
