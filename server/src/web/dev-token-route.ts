import {displayName} from '@parley/protocol';
import type {HttpRequest, HttpResponse, TemplatedApp} from 'uWebSockets.js';
import {userNamed, type TokenSigner} from '../auth/token-signer.js';
import {isLoopback} from '../config/loopback.js';
import type {Origins} from '../edge/origins.js';
import {send, type HttpAnswer} from './answer.js';

export interface DevTokenOptions {
  readonly signer: TokenSigner;
  readonly origins: Origins;
  /** Whether only this machine may ask: then the address asked for has to be one of its own as well. */
  readonly loopbackOnly: boolean;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

const lifetimeMs = 24 * 3_600_000;
const maxBodyBytes = 1_024;

/**
 * `POST /dev/token {"name": "Zoë"}` answers `{token, user, name, expiresAt}`: how the demo page signs in while there is
 * no backend that makes tokens. Whoever asks becomes whom they name, so that it is only there for development.
 */
export function devTokenRoute(app: TemplatedApp, options: DevTokenOptions): void {
  app.post('/dev/token', (res, req) => {
    const close = req.getHeader('connection').toLowerCase() === 'close';
    const refusal = refused(req, options);
    let gone = false;
    res.onAborted(() => {
      gone = true;
    });
    const reply = (answer: HttpAnswer): void => {
      if (!gone) send(res, answer, {head: false, close});
    };
    readBody(res, (body) => {
      if (refusal !== undefined) reply(refusal);
      else if (body === undefined) reply(json('413 Payload Too Large', {message: `At most ${maxBodyBytes} bytes.`}));
      else {
        tokenFor(body, options.signer).then(reply, (error: unknown) => {
          options.onDefect(error, {during: 'dev token'});
          reply(json('500 Internal Server Error', {message: 'The token could not be made; the log says why.'}));
        });
      }
    });
  });
}

function refused(req: HttpRequest, {origins, loopbackOnly}: DevTokenOptions): HttpAnswer | undefined {
  const host = req.getHeader('host');
  // A foreign name that was made to point at this machine shows in the Host header.
  const here = !loopbackOnly || (isLoopback(host.replace(/:\d+$/, '')) && !forwarded(req));
  if (here && origins.allow(req.getHeader('origin'), host)) return undefined;
  return json('403 Forbidden', {message: 'Tokens for development are given to pages of this node only.'});
}

/** Whether a proxy says that it passes on what somebody else asked. */
const forwarded = (req: HttpRequest): boolean =>
  ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some((name) => req.getHeader(name) !== '');

async function tokenFor(body: string, signer: TokenSigner): Promise<HttpAnswer> {
  const name = displayName.safeParse(nameIn(body));
  if (!name.success) {
    return json('400 Bad Request', {message: 'Send {"name": "…"} with 1 to 64 characters.', field: 'name'});
  }
  return json('200 OK', await signer.sign({user: userNamed(name.data), name: name.data}, lifetimeMs));
}

function nameIn(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'name' in parsed ? parsed.name : undefined;
  } catch {
    return undefined;
  }
}

/** Calls back once, with undefined if the body is too large. */
function readBody(res: HttpResponse, done: (body: string | undefined) => void): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  res.onData((chunk, isLast) => {
    bytes += chunk.byteLength;
    // uWS takes the chunk back after this call.
    if (bytes <= maxBodyBytes) parts.push(Buffer.from(chunk.slice(0)));
    if (isLast) done(bytes <= maxBodyBytes ? Buffer.concat(parts).toString() : undefined);
  });
}

const json = (status: string, body: object): HttpAnswer => ({
  status,
  headers: [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
  ],
  body: JSON.stringify(body),
});
