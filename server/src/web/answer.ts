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

export function send(res: HttpResponse, {status, headers, body}: HttpAnswer, {head, close}: HttpQuestion): void {
  res.cork(() => {
    res.writeStatus(status);
    for (const [name, value] of headers) res.writeHeader(name, value);
    if (close) res.writeHeader('Connection', 'close');
    // The length may be left out but not undefined: uWS would take the request for unanswered and abort the process.
    if (status.startsWith('304')) res.endWithoutBody();
    else if (head) res.endWithoutBody(Buffer.byteLength(body), close);
    else res.end(body, close);
  });
}
