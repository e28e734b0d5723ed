import {z} from 'zod';
import * as call from './call.js';
import * as callData from './call-data.js';
import * as callNews from './call-news.js';
import * as callReceiving from './call-receiving.js';
import * as callRehearsal from './call-rehearsal.js';
import * as hook from './hook.js';
import * as people from './call-people.js';
import * as chat from './chat.js';
import type {EventDefinition, RequestDefinition} from './definition.js';
import * as presence from './presence.js';
import * as push from './push.js';
import * as room from './room.js';
import * as session from './session.js';
import * as webPush from './web-push.js';
import * as webhook from './webhook.js';

const definitions: readonly (RequestDefinition | EventDefinition)[] = [
  session,
  room,
  chat,
  presence,
  call,
  callData,
  callNews,
  callReceiving,
  callRehearsal,
  people,
  push,
  webPush,
]
  .flatMap((module) => Object.values<unknown>(module))
  .filter(
    (value): value is RequestDefinition | EventDefinition =>
      typeof value === 'object' &&
      value !== null &&
      'kind' in value &&
      (value.kind === 'request' || value.kind === 'event'),
  );

type RequestsIn<Module> = Extract<Module[keyof Module], RequestDefinition>['name'];

/** The name of any request of the contract. */
export type RequestName =
  | RequestsIn<typeof session>
  | RequestsIn<typeof room>
  | RequestsIn<typeof chat>
  | RequestsIn<typeof presence>
  | RequestsIn<typeof call>
  | RequestsIn<typeof callData>
  | RequestsIn<typeof callNews>
  | RequestsIn<typeof callReceiving>
  | RequestsIn<typeof callRehearsal>
  | RequestsIn<typeof people>
  | RequestsIn<typeof push>
  | RequestsIn<typeof webPush>;

/** Every request by name. */
export const requests: ReadonlyMap<string, RequestDefinition> = new Map(
  definitions.filter((d) => d.kind === 'request').map((d) => [d.name, d]),
);

/** Every event by name. */
export const events: ReadonlyMap<string, EventDefinition> = new Map(
  definitions.filter((d) => d.kind === 'event').map((d) => [d.name, d]),
);

/**
 * The whole wire contract as plain JSON (names, JSON Schemas, error codes), in a stable order. A test pins its hash,
 * so that no change of the wire is silent, and the documents' tables are made from it.
 */
export function describeContract(): {
  requests: readonly object[];
  events: readonly object[];
  webhooks: readonly object[];
  hooks: readonly object[];
} {
  const schema = (type: z.ZodType): unknown => z.toJSONSchema(type, {io: 'input', unrepresentable: 'any'});
  const byName = (a: {name: string}, b: {name: string}): number => (a.name < b.name ? -1 : 1);
  return {
    requests: [...requests.values()]
      .sort(byName)
      .map((r) => ({name: r.name, params: schema(r.params), result: schema(r.result), errors: [...r.errors].sort()})),
    events: [...events.values()]
      .sort(byName)
      .map((e) => ({name: e.name, delivery: e.delivery, payload: schema(e.payload)})),
    webhooks: [...webhook.all].sort(byName).map(({name, data}) => ({name, data: schema(data)})),
    hooks: [...hook.all]
      .sort(byName)
      .map((each) => ({name: each.name, question: schema(each.question), answer: schema(hook.answerSchema(each))})),
  };
}
