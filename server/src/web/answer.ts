import type {HttpResponse} from 'uWebSockets.js';

/** A finished HTTP answer. */
export interface HttpAnswer {
  readonly status: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

/** What an answer needs to know of its request, read before anything is awaited. */
export interface HttpQuestion {
  /** Only the headers are wanted. */
  readonly head: boolean;
  /** The client asked for the connection to be closed: uWS does, and it has to be said. */
  readonly close: boolean;
}

/**
 * Of an answer without a body uWS must not be told the length: it would wait for that many bytes to be written, and
 * abort the process, because the handler returns before they are. uWS closes by itself what asked to be closed.
 */
export function send(res: HttpResponse, {status, headers, body}: HttpAnswer, {head, close}: HttpQuestion): void {
  res.cork(() => {
    res.writeStatus(status);
    for (const [name, value] of headers) res.writeHeader(name, value);
    if (close) res.writeHeader('Connection', 'close');
    if (status.startsWith('304')) {
      res.endWithoutBody();
    } else if (head) {
      res.writeHeader('Content-Length', String(Buffer.byteLength(body)));
      res.endWithoutBody();
    } else {
      res.end(body);
    }
  });
}
