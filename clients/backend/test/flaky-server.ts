import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** A request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly requestId: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: number;
}

export type Behaviour = (response: ServerResponse) => void;

export interface FlakyServer extends AsyncDisposable {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
}

/** A server that does as it is told with one request after another, the last for all that follow. */
export async function flakyServer(...behaviours: [Behaviour, ...Behaviour[]]): Promise<FlakyServer> {
  const arrivals: Arrival[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const {method = '', url = '', headers} = request;
    const body = (text === '' ? {} : JSON.parse(text)) as Arrival['body'];
    arrivals.push({method, url, requestId: String(headers['x-request-id']), body, at: performance.now()});
    (behaviours[arrivals.length - 1] ?? behaviours.at(-1))?.(response);
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const answer =
  (body: object, status = 200): Behaviour =>
  (response) => {
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body));
  };

export const problem = (status: number, body: {code: string; retryAfterMs?: number}): Behaviour => answer(body, status);

/** As a node that dies. */
export const hangUp: Behaviour = (response) => {
  response.socket?.destroy();
};

export const saysNothing: Behaviour = () => undefined;

export const page: Behaviour = (response) => {
  response.writeHead(502, {'content-type': 'text/html'}).end('<h1>Bad gateway</h1>');
};

/** Server-sent events, and then nothing more; or, with `gone`, the end of the connection. */
export const tells =
  (
    events: readonly {readonly event: string; readonly position?: string}[],
    then: 'stays' | 'gone' = 'stays',
  ): Behaviour =>
  (response) => {
    response.writeHead(200, {'content-type': 'text/event-stream'});
    for (const one of events) response.write(`event: ${one.event}\ndata: ${JSON.stringify(one)}\n\n`);
    if (then === 'gone') response.end();
  };

/** As a node that dies in the midst of an answer. */
export const breaksOff: Behaviour = (response) => {
  response.writeHead(200, {'content-type': 'application/json', 'content-length': 1_000}).write('{"id":', () => {
    response.destroy();
  });
};
