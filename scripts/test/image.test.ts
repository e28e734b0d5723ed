import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';

const clone = join(import.meta.dirname, '..', '..');
const [install = '', , runtime = ''] = readFileSync(join(clone, 'Dockerfile'), 'utf8').split(
  /^(?:RUN npm ci|FROM .*-slim)$/m,
);

const packageOf = (folder: string): {name: string; dependencies?: Record<string, string>} =>
  JSON.parse(readFileSync(join(clone, folder, 'package.json'), 'utf8')) as ReturnType<typeof packageOf>;
const {workspaces} = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')) as {workspaces: string[]};

test('the image is installed from the package files of all workspaces', () => {
  expect(workspaces.filter((folder) => !install.includes(`COPY ${folder}/package.json ${folder}/\n`))).toEqual([]);
});

test('the image holds the build of the server and of each workspace that it runs with', () => {
  const needed = Object.keys(packageOf('server').dependencies ?? {});
  const folders = ['server', ...workspaces.filter((folder) => needed.includes(packageOf(folder).name))];
  expect(folders.length).toBeGreaterThan(2);
  expect(folders.filter((folder) => !runtime.includes(`/parley/${folder}/dist ${folder}/dist\n`))).toEqual([]);
});
