import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {backendPlaces, backendProtos, backendVerbs} from './docs/backend-client.ts';
import {dashboard} from './docs/dashboard.ts';
import {configurationReference, environmentExample} from './docs/configuration.ts';
import {checkMetricNames} from './docs/metric-names.ts';
import {permissionTable} from './docs/permission-table.ts';
import {protocolTables} from './docs/protocol-tables.ts';
import {hookTable} from './docs/hook-table.ts';
import {webhookTable} from './docs/webhook-table.ts';
import {checkReferences, checkRules} from './docs/rules.ts';

/**
 * Makes the generated documents and the generated part of the SDK for backends from their sources, and the dashboard of
 * Grafana. With `--check` nothing is written: it fails if one is out of date, if a rule of docs/PROTOCOL.md has no test, if
 * docs/GUARANTEES.md names a rule or a test that is not there, or if operators are told of a metric that no node exports.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const problems: string[] = [];

const read = (path: string): string => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
};

function generate(path: string, text: string): void {
  if (read(path) === text) return;
  if (check) problems.push(`${path} is out of date; run: npm run docs`);
  else writeFileSync(join(root, path), text);
}

const between = /(<!-- generated: begin -->\n)[\s\S]*(<!-- generated: end -->)/;
const protocol = read('docs/PROTOCOL.md');
generate(
  'docs/PROTOCOL.md',
  protocol.replace(
    between,
    (_, begin: string, end: string) =>
      `${begin}\n${protocolTables()}\n${webhookTable()}\n${hookTable()}\n${permissionTable()}\n${end}`,
  ),
);
generate('docs/CONFIGURATION.md', configurationReference());
generate('.env.example', environmentExample());
generate('deploy/grafana/parley.json', dashboard());
generate('clients/backend/src/generated/verbs.ts', await backendVerbs(root));
generate('clients/backend/src/generated/places.ts', await backendPlaces(root));
generate('clients/backend/src/generated/protos.ts', await backendProtos(root));
if (check) problems.push(...checkRules(root, protocol), ...checkMetricNames(root));
const guarantees = 'docs/GUARANTEES.md';
if (check) problems.push(...checkReferences(root, guarantees, read(guarantees), protocol));

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
