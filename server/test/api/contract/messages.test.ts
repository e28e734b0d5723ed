import {expect, test} from 'vitest';
import {z} from 'zod';
import {grpcVerbs} from '../../../src/api/grpc/grpc-verbs.js';
import {serviceOf} from '../../../src/api/grpc/protos.js';

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
