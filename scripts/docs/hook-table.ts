import {describeContract, hook} from '@parley/protocol';

interface Shape {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}
interface Described {
  readonly name: string;
  readonly question: Shape;
}

function fieldsOf({properties = {}, required = []}: Shape): string {
  const fields = Object.keys(properties).map((field) => (required.includes(field) ? field : `${field}?`));
  return `\`{${fields.join(', ')}}\``;
}

/** What backends are asked, and what they may answer. */
export function hookTable(): string {
  const described = describeContract().hooks as readonly Described[];
  const questionOf = (name: string): Shape => described.find((one) => one.name === name)?.question ?? {};
  const changesOf = (changes: object): string =>
    Object.keys(changes)
      .map((field) => `\`${field}\``)
      .join(', ') || '–';
  return [
    '## Hooks for backends',
    '',
    '| hook | question | may change | may refuse with | asked when |',
    '|---|---|---|---|---|',
    ...hook.all.map(
      ({name, doc, changes, codes}) =>
        `| \`${name}\` | ${fieldsOf(questionOf(name))} | ${changesOf(changes)} | ${codes.map((code) => `\`${code}\``).join(', ')} | ${doc} |`,
    ),
    '',
  ].join('\n');
}
