import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const rule = /\[([A-Z]+\d+)\]/g;
const ignored = new Set(['node_modules', 'dist', '.types', '.git']);

function testFiles(folder: string): string[] {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    // Contract suites live in src/testing and are registered by the tests of each adapter.
    return /\.test\.tsx?$/.test(entry.name) || /[\\/]testing[\\/].*\.ts$/.test(path) ? [path] : [];
  });
}

const rulesOf = (protocol: string): Set<string> =>
  new Set([...protocol.matchAll(/\*\*\[([A-Z]+\d+)\]\*\*/g)].map((match) => match[1] ?? ''));

/** What a document says of rules and tests must be there: ids like `FEED2`, and paths of tests in backticks. */
export function checkReferences(root: string, name: string, text: string, protocol: string): string[] {
  const rules = rulesOf(protocol);
  const ids = [...text.matchAll(/\b[A-Z]{3,}\d+\b/g)].map(([id]) => id);
  const paths = [...text.matchAll(/`([\w./-]+\/[\w.-]+\.ts)`/g)].map((match) => match[1] ?? '');
  return [
    ...ids.filter((id) => !rules.has(id)).map((id) => `${name}: there is no rule ${id}`),
    ...paths.filter((path) => !existsSync(join(root, path))).map((path) => `${name}: there is no ${path}`),
  ];
}

/** Holds the numbered rules against the titles of the tests: each rule is tested, and each title names a rule that exists. */
export function checkRules(root: string, protocol: string): string[] {
  const rules = rulesOf(protocol);
  const tested = new Map<string, string>();
  for (const folder of ['signaling', 'media', 'server', 'clients', 'load-tests']) {
    for (const file of testFiles(join(root, folder))) {
      for (const title of readFileSync(file, 'utf8').matchAll(/\b(?:test|it|describe)[\w.]*\(\s*[`'"]([^`'"]*)/g)) {
        for (const match of (title[1] ?? '').matchAll(rule)) tested.set(match[1] ?? '', file);
      }
    }
  }
  return [
    ...[...rules].filter((id) => !tested.has(id)).map((id) => `docs/PROTOCOL.md: rule ${id} has no test`),
    ...[...tested].filter(([id]) => !rules.has(id)).map(([id, file]) => `${file}: there is no rule ${id}`),
  ];
}
