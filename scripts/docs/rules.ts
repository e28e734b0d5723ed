import {readdirSync, readFileSync} from 'node:fs';
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

/** Holds the numbered rules against the titles of the tests: each rule is tested, and each title names a rule that exists. */
export function checkRules(root: string, protocol: string): string[] {
  const rules = new Set([...protocol.matchAll(/\*\*\[([A-Z]+\d+)\]\*\*/g)].map((match) => match[1] ?? ''));
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
