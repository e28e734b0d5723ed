import {expect, test} from 'vitest';
import {z} from 'zod';
import {grpcVerbs} from '../../../src/api/grpc/grpc-verbs.js';
import {batchVerbs} from '../../../src/api/batch/batch-items.js';
import {describedProtos, serviceOf} from '../../../src/api/grpc/protos.js';

/** What messages have that verbs have not, for what they cannot say otherwise. */
const ofMessagesAlone = new Set(['all']);

interface Described {
  readonly properties?: object;
  readonly anyOf?: readonly Described[];
}

const fieldsOf = (schema: z.ZodType): string[] => {
  const names = (described: Described): string[] => [
    ...Object.keys(described.properties ?? {}),
    ...(described.anyOf ?? []).flatMap(names),
  ];
  return names(z.toJSONSchema(schema, {unrepresentable: 'any', io: 'input'}));
};

const messageFields = (type: object): string[] =>
  (type as {field: {name: string}[]}).field
    .map(({name}) => name.replace(/Json$/, ''))
    .filter((name) => !ofMessagesAlone.has(name));

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

test.each(grpcVerbs)(
  '[OPS8] the messages of $service/$method have the fields of the verb',
  ({verb, service, method}) => {
    const {requestType, responseType} = serviceOf(service)[method] ?? {};
    expect(sorted(messageFields(requestType?.type ?? {}))).toEqual(
      sorted([...Object.keys(verb.names.shape), ...fieldsOf(verb.input)]),
    );
    expect(sorted(messageFields(responseType?.type ?? {}))).toEqual(sorted(fieldsOf(verb.output)));
  },
);

const last = (path: string): string => path.split('.').at(-1) ?? '';
const nameOf = (type: {type: object} | undefined): string => (type?.type as {name: string}).name;

/** Names and types of a message's fields. */
function fieldsOfMessage(name: string): readonly (readonly [string, string])[] {
  const {type} = describedProtos()[`parley.v1.${name}`] as {type?: object};
  const {field} = type as {field: readonly Field[]};
  const camel = (text: string): string => text.replace(/_(\w)/g, (_whole, letter: string) => letter.toUpperCase());
  return field.map((one) => [camel(one.name), last(one.typeName)]);
}

interface Field {
  readonly name: string;
  readonly typeName: string;
}

test('[OPS14] an item of a batch, and its answer, have the messages of its own method', () => {
  const own = Object.entries(batchVerbs).map(([name, verb]) => {
    const {service = '', method = ''} = grpcVerbs.find((one) => one.verb === verb) ?? {};
    const {requestType, responseType} = serviceOf(service)[method] ?? {};
    return {name, request: nameOf(requestType), response: nameOf(responseType)};
  });
  expect(fieldsOfMessage('BatchItem')).toEqual(own.map(({name, request}) => [name, request]));
  // Numbers of fields are never changed, so that `problem` stands before the answers that came after it.
  const answers = fieldsOfMessage('BatchAnswer');
  expect(answers.filter(([name]) => name !== 'problem')).toEqual(own.map(({name, response}) => [name, response]));
  expect(answers).toContainEqual(['problem', 'Problem']);
});
