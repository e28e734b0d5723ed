import {httpVerbs} from '../../../src/api/http-verbs.js';
import type {TestDoor} from './door.js';

/** Over HTTP, as the table of routes says. */
export function httpDoor(url: string, usualKey: string): TestDoor {
  return {
    name: 'HTTP',
    ask: async (name, fields, key = usualKey) => {
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
        headers: {authorization: `Bearer ${key}`, ...(!hasQuery && {'content-type': 'application/json'})},
        ...(!hasQuery && {body: JSON.stringify(Object.fromEntries(rest))}),
      });
      const text = await answer.text();
      const body: unknown = text === '' ? {} : JSON.parse(text);
      if (answer.ok) return {ok: body};
      const {code, field, retryAfterMs} = body as {code: string; field?: string; retryAfterMs?: number};
      return {code, ...(field !== undefined && {field}), ...(retryAfterMs !== undefined && {retryAfterMs})};
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
