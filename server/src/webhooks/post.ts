import {request as requestHttp, type Agent, type OutgoingHttpHeaders} from 'node:http';
import {request as requestHttps} from 'node:https';
import type {Clock} from '@parley/signaling';

/** Of an answer so much is read. */
const maxAnswerBytes = 64 * 1_024;

export interface PostOptions {
  readonly url: string;
  /** Filters addresses: one that is not allowed is an error. */
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  readonly text: string;
  /** What was asked for by `Retry-After`. */
  readonly retryAfterMs?: number;
}

/**
 * Posts, and resolves with the answer; rejects if there is none in time, or the signal aborts, with a sentence for whoever looks at it.
 * Redirects are not followed, since they could lead where the agent would not be allowed to. What met a kept connection that the other side was
 * just closing is posted again by another: it may arrive twice.
 */
export async function post(options: PostOptions): Promise<PostAnswer> {
  const {clock, timeoutMs, signal} = options;
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => {
    late.abort();
  });
  try {
    const given = AbortSignal.any([signal, late.signal]);
    for (;;) {
      const answer = await ask(options, given);
      if (answer !== 'stale') return answer;
    }
  } catch (cause) {
    if (late.signal.aborted) throw new Error(`no answer within ${timeoutMs} ms`, {cause});
    throw cause;
  } finally {
    timer.cancel();
  }
}

function ask({url, agent, headers, body, clock}: PostOptions, signal: AbortSignal): Promise<PostAnswer | 'stale'> {
  return new Promise((resolve, reject) => {
    // An address that is not allowed is thrown from here.
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent,
      signal,
      headers: {'content-length': Buffer.byteLength(body), ...headers},
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (request.reusedSocket && error.code === 'ECONNRESET') resolve('stale');
      else reject(error);
    });
    request.on('response', (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('error', reject);
      answer.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > maxAnswerBytes) answer.destroy(new Error(`an answer of more than ${maxAnswerBytes} bytes`));
      });
      answer.on('end', () => {
        const retryAfterMs = retryAfter(answer.headers['retry-after'], clock.now());
        const text = Buffer.concat(parts).toString();
        resolve({status: answer.statusCode ?? 0, text, ...(retryAfterMs !== undefined && {retryAfterMs})});
      });
    });
    request.end(body);
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
