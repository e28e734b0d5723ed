import {httpVerbs} from '../../../src/api/http-verbs.js';
import type {Fields, TestDoor, Told} from './door.js';

/** Over HTTP, as the table of routes says. */
export function httpDoor(url: string, usualKey: string): TestDoor {
  return {
    name: 'HTTP',
    ask: async (name, fields, key = usualKey, padding = 0) => {
      const route = httpVerbs.find(({verb}) => verb.name === name);
      if (route === undefined) throw new Error(`HTTP has no ${name}`);
      const rest = new Map(Object.entries(fields));
      const path = route.path.replace(/:(\w+)/g, (_whole, field: string) => {
        const value = rest.get(field);
        rest.delete(field);
        return encodeURIComponent(String(value));
      });
      const hasQuery = route.method === 'GET' || route.method === 'DELETE';
      const query =
        hasQuery && rest.size > 0 ? `?${new URLSearchParams([...rest].map(([k, v]) => [k, String(v)]))}` : '';
      const answer = await fetch(`${url}/v1${path}${query}`, {
        method: route.method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(hasQuery ? padding > 0 && {'x-padding': 'x'.repeat(padding)} : {'content-type': 'application/json'}),
        },
        ...(!hasQuery && {body: JSON.stringify(Object.fromEntries(rest)) + ' '.repeat(padding)}),
      });
      const text = await answer.text();
      const body: unknown = text === '' ? {} : JSON.parse(text);
      if (answer.ok) return {ok: body};
      return toRefusal(body);
    },
    watch: (fields, key = usualKey) => {
      const query = new URLSearchParams(
        Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])),
      );
      const leaving = new AbortController();
      const told: Fields[] = [];
      const read = async (): Promise<Told | undefined> => {
        const headers = {authorization: `Bearer ${key}`};
        const answer = await fetch(`${url}/v1/watch?${query}`, {headers, signal: leaving.signal});
        if (!answer.ok) return toRefusal(await answer.json());
        for await (const {event, data} of serverSentEvents(answer)) {
          if (event === 'end') return toRefusal(data);
          told.push(data as Fields);
        }
        return undefined;
      };
      const over = read().catch((error: unknown) => {
        if (leaving.signal.aborted) return undefined;
        throw error;
      });
      return {
        told,
        over,
        close: () => {
          leaving.abort();
        },
      };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function toRefusal(problem: unknown): Told {
  const {code, field, retryAfterMs} = problem as {code: string; field?: string; retryAfterMs?: number};
  return {code, ...(field !== undefined && {field}), ...(retryAfterMs !== undefined && {retryAfterMs})};
}

/** As the standard says it, as far as it is used. */
async function* serverSentEvents(answer: Response): AsyncGenerator<{event: string; id?: string; data: unknown}> {
  let rest = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^\w+: /, '')]));
      const id = lines.get('id');
      const data: unknown = JSON.parse(lines.get('data') ?? 'null');
      yield {event: lines.get('event') ?? '', ...(id !== undefined && {id}), data};
    }
  }
}
