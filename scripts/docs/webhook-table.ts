import {describeContract, webhook} from '@parley/protocol';

interface Described {
  readonly name: string;
  readonly data: {readonly properties?: Readonly<Record<string, unknown>>; readonly required?: readonly string[]};
}

function shapeOf(name: string): string {
  const {properties = {}, required = []} =
    (describeContract().webhooks as readonly Described[]).find((one) => one.name === name)?.data ?? {};
  return `\`{${Object.keys(properties)
    .map((field) => (required.includes(field) ? field : `${field}?`))
    .join(', ')}}\``;
}

/** What backends are told besides the stored events of rooms. */
export function webhookTable(): string {
  return [
    '## Events for backends',
    '',
    'By webhook; besides them the stored events of rooms, with the payloads above.',
    '',
    '| event | data | told when |',
    '|---|---|---|',
    ...webhook.all.map(({name, doc}) => `| \`${name}\` | ${shapeOf(name)} | ${doc} |`),
    '',
  ].join('\n');
}
