import type {ErrorCode} from '@parley/protocol';
import {EventSourceParserStream} from 'eventsource-parser/stream';
import type {WatchNews, WatchRequest} from './generated/verbs.js';
import {isFields, type Fields, type Place} from './place.js';
import {isCode, RequestError} from './request-error.js';
import type {Attempt, Transport} from './transport.js';

/** What stands for a refusal that is not a node's own, such as a proxy's. */
const codesOfStatuses: Readonly<Record<number, ErrorCode>> = {
  401: 'bad_api_key',
  403: 'forbidden',
  413: 'too_large',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timeout',
};

/** The operations API by way of `fetch`, which keeps connections open between requests. */
export class HttpTransport implements Transport {
  readonly #base: string;
  readonly #key: string;

  /** @param base the URL of the operations port, without `/v1` */
  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  async ask({method, path, empty}: Place, request: Fields, {requestId, signal}: Attempt): Promise<unknown> {
    const rest = {...request};
    const filled = path.replace(/:(\w+)/g, (_whole, field: string) => {
      const value = rest[field];
      Reflect.deleteProperty(rest, field);
      if (typeof value !== 'string' || value === '')
        throw new RequestError('invalid_payload', {field, message: 'is missing'});
      return encodeURIComponent(value);
    });
    const hasQuery = method === 'GET' || method === 'DELETE';
    const answer = await this.#fetch(`${this.#base}/v1${filled}${hasQuery ? queryOf(rest) : ''}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        'x-request-id': requestId,
        ...(!hasQuery && {'content-type': 'application/json'}),
      },
      ...(!hasQuery && {body: JSON.stringify(rest)}),
      signal,
      redirect: 'error',
    });
    const text = await this.#textOf(answer, signal);
    if (!answer.ok) throw refusalOf(answer, text);
    if (empty) return undefined;
    const body = parse(text);
    if (isFields(body)) return body;
    throw new RequestError('internal', {message: 'The answer is no JSON object.'});
  }

  async *watch(request: WatchRequest, {requestId, signal}: Attempt): AsyncGenerator<WatchNews, void, undefined> {
    const answer = await this.#fetch(`${this.#base}/v1/watch${queryOf(request)}`, {
      headers: {authorization: `Bearer ${this.#key}`, 'x-request-id': requestId},
      signal,
      redirect: 'error',
    });
    if (!answer.ok || answer.body === null) throw refusalOf(answer, await this.#textOf(answer, signal));
    for await (const {event, data} of this.#events(answer.body, signal)) {
      if (event === 'end') throw refusalOf(answer, data);
      // Told by a node, whose schema the type is made from.
      yield parse(data) as WatchNews;
    }
  }

  close(): void {
    // The pool of fetch is the process's own, and lets idle connections go by itself.
  }

  async *#events(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<{event?: string | undefined; data: string}> {
    try {
      const text = body.pipeThrough(new TextDecoderStream());
      for await (const one of text.pipeThrough(new EventSourceParserStream())) yield one;
    } catch (cause) {
      throw signal.aborted ? cause : this.#silence(cause);
    }
  }

  async #fetch(url: string, init: RequestInit & {readonly signal: AbortSignal}): Promise<Response> {
    return fetch(url, init).catch((cause: unknown) => {
      throw init.signal.aborted ? cause : this.#silence(cause);
    });
  }

  /** Its connection may end before it does. */
  #textOf(answer: Response, signal: AbortSignal): Promise<string> {
    return answer.text().catch((cause: unknown) => {
      throw signal.aborted ? cause : this.#silence(cause);
    });
  }

  #silence(cause: unknown): RequestError {
    const {cause: reason} = cause as Error;
    const message = `No answer from ${this.#base}: ${reason instanceof Error ? reason.message : String(cause)}`;
    return new RequestError('unavailable', {message, cause, unanswered: true});
  }
}

function queryOf(fields: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value as unknown].flat()) {
      if (one !== undefined) query.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

function refusalOf({status, headers}: Response, text: string): RequestError {
  const body = parse(text);
  if (isFields(body) && isCode(body['code'])) {
    const {code, detail, field, retryAfterMs} = body;
    return new RequestError(code, {
      message: typeof detail === 'string' ? detail : undefined,
      field: typeof field === 'string' ? field : undefined,
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    });
  }
  const seconds = Number(headers.get('retry-after') ?? 'none');
  return new RequestError(codesOfStatuses[status] ?? 'internal', {
    message: `HTTP ${status}, not from a node: ${text.slice(0, 200)}`,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    unanswered: status >= 500,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
