import {configVariables, variableGroups, type ConfigVariable, type VariableGroup} from '@parley/server';

const titles: Record<VariableGroup, string> = {
  network: 'Network',
  identity: 'Identity',
  limits: 'Limits',
  redis: 'Redis',
  cluster: 'Cluster and history',
  media: 'Calls',
  recording: 'Recording calls',
  operations: 'Operations',
};

const inGroups = (): (readonly [string, readonly ConfigVariable[]])[] =>
  variableGroups.map((group) => [titles[group], configVariables.filter((variable) => variable.group === group)]);

function reference({name, default: fallback, doc, secret}: ConfigVariable): string {
  const value = fallback === undefined || fallback === '' ? 'Not set by default' : `Default \`${fallback}\``;
  return `### \`${name}\`\n\n${value}${secret ? '; a secret, never logged' : ''}.\n\n${doc}\n`;
}

/** docs/CONFIGURATION.md */
export function configurationReference(): string {
  return [
    '<!-- Generated from server/src/config by `npm run docs`. -->',
    '# Configuration',
    '',
    'A node reads its environment and, for what is not set there, the file `.env` of the folder it is started in. Everything is',
    'checked before anything starts: an unknown `PARLEY_…` variable, a value that does not fit, or two that contradict each other',
    'is one sentence naming the variable. `npm start -- --check-config` prints what a node would run with, secrets masked.',
    '',
    'Durations are written `500ms`, `10s`, `2m`, `1h`, `30d`; sizes `64KiB`, `8MiB`, `1GiB`; flags `1` or `0`.',
    '',
    ...inGroups().flatMap(([title, variables]) => [`## ${title}`, '', ...variables.map(reference)]),
  ].join('\n');
}

const width = 110;

/** A text in lines that begin with `# `. */
function comment(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}

/** .env.example: every variable, commented out, with its default. */
export function environmentExample(): string {
  return [
    comment('Copy to .env and uncomment what you change. Generated from server/src/config by `npm run docs`.'),
    '',
    ...inGroups().flatMap(([title, variables]) => [
      `# ── ${title} ──`,
      '',
      ...variables.flatMap(({name, default: fallback, doc}) => [comment(doc), `#${name}=${fallback ?? ''}`, '']),
    ]),
  ].join('\n');
}
