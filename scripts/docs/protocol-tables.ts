import {
  closeCodes,
  commonErrors,
  describeContract,
  errorCatalogue,
  events,
  protocolFloor,
  protocolVersion,
  requests,
} from '@parley/protocol';
import {limitsTable} from './limits-table.ts';

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

const deepest = 3;

/** A schema in the shorthand of the tables: `{room: string, since?: {…}}`. */
function shorthand(schema: JsonSchema, depth = 0): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map((option) => shorthand(option, depth)).join(' | ');
  if (schema.type === 'array') return `[${schema.items ? shorthand(schema.items, depth + 1) : '…'}]`;
  if (schema.type === 'object') {
    const fields = Object.entries(schema.properties ?? {});
    if (fields.length === 0) return typeof schema.additionalProperties === 'object' ? '{[name]: …}' : '{}';
    if (depth >= deepest) return '{…}';
    const required = new Set(schema.required);
    return `{${fields.map(([name, field]) => `${name}${required.has(name) ? '' : '?'}: ${shorthand(field, depth + 1)}`).join(', ')}}`;
  }
  return schema.type ?? 'JSON';
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const code = (text: string): string => `\`${text}\``;
const head = (...names: string[]): string[] => [row(...names), `|${'---|'.repeat(names.length)}`];

interface Described {
  readonly name: string;
  readonly params?: JsonSchema;
  readonly result?: JsonSchema;
  readonly payload?: JsonSchema;
}

/** The part of docs/PROTOCOL.md that is made from the contract's sources. */
export function protocolTables(): string {
  const contract = describeContract();
  const described = new Map(
    [...contract.requests, ...contract.events].map((d) => [d as Described, (d as Described).name]),
  );
  const find = (name: string, side: 'params' | 'payload'): Described | undefined =>
    [...described.keys()].find((d) => d.name === name && d[side] !== undefined);

  const requestRows = [...requests.values()].flatMap((r) => {
    const d = find(r.name, 'params');
    return [
      `#### ${code(r.name)}`,
      '',
      r.doc,
      '',
      `- params ${code(shorthand(d?.params ?? {}))}`,
      `- answer ${code(shorthand(d?.result ?? {}))}`,
      ...(r.errors.length > 0 ? [`- errors ${r.errors.map(code).join(', ')}`] : []),
      '',
    ];
  });
  const eventRows = [...events.values()].flatMap((e) => [
    `#### ${code(e.name)} (${e.delivery})`,
    '',
    e.doc,
    '',
    `- payload ${code(shorthand(find(e.name, 'payload')?.payload ?? {}))}`,
    '',
  ]);
  return [
    `Protocol version ${String(protocolVersion)}, floor ${String(protocolFloor)}.`,
    '',
    '## Requests',
    '',
    `Every request may besides answer ${commonErrors.map(code).join(', ')}.`,
    '',
    ...requestRows,
    '## Events',
    '',
    ...eventRows,
    '## Errors',
    '',
    ...head('code', 'retryable', 'HTTP', 'gRPC', 'meaning'),
    ...Object.entries(errorCatalogue).map(([name, e]) =>
      row(code(name), e.retryable ? 'yes' : 'no', String(e.http), e.grpc, e.text),
    ),
    '',
    ...limitsTable(),
    '## Close codes',
    '',
    ...head('code', 'reason', 'come back?', 'meaning'),
    ...Object.entries(closeCodes).map(([name, c]) =>
      row(String(c.code), code(name), c.code < 4500 ? 'yes' : 'no', c.text),
    ),
    '',
  ].join('\n');
}
