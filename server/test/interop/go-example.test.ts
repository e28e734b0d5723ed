import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startNode, type TestNode} from '../start-node.js';
import {runClient} from './run-client.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Where Debian's packages of Go libraries are. */
const libraries = '/usr/share/gocode';
const library = (path: string): string => join(libraries, 'src', path);
/** What Debian calls what the example is built with, and whether it is there. */
const needed: readonly (readonly [name: string, there: () => boolean])[] = [
  ...['go', 'protoc', 'protoc-gen-go', 'protoc-gen-go-grpc'].map(
    (tool) => [tool, () => spawnSync('which', [tool]).status === 0] as const,
  ),
  ['golang-google-grpc-dev', () => existsSync(library('google.golang.org/grpc'))],
  ['golang-github-golang-protobuf-1-5-dev', () => existsSync(library('github.com/golang/protobuf/proto/wire.go'))],
];
const missing = needed.find(([, there]) => !there())?.[0];

const folder = mkdtempSync(join(tmpdir(), 'parley-go-'));
const source = join(folder, 'src/parley');
const program = join(folder, 'push');

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const {status, stderr} = spawnSync(command, args, {cwd: source, env: {...process.env, ...env}, encoding: 'utf8'});
  if (status !== 0) throw new Error(`${command} failed:\n${stderr}`);
}

let node: TestNode;
beforeAll(async () => {
  if (missing !== undefined) return;
  cpSync(join(root, 'docs/examples/go'), source, {recursive: true});
  const here = ['--go_out=.', '--go_opt=module=parley', '--go-grpc_out=.', '--go-grpc_opt=module=parley'];
  run('protoc', ['-I', join(root, 'server/proto'), ...here, 'parley/v1/push.proto']);
  run('go', ['build', '-o', program, '.'], {GO111MODULE: 'off', GOPATH: `${folder}:${libraries}`});
  node = await startNode({env: {PARLEY_GRPC_PORT: '0'}});
}, 180_000);
afterAll(async () => {
  if (missing === undefined) await node[Symbol.asyncDispose]();
  rmSync(folder, {recursive: true});
});

const why = missing === undefined ? '' : ` (left out: there is no ${missing})`;

test.skipIf(missing)(`[PUSH10] the example in Go pushes by gRPC and says what became of it${why}`, async () => {
  await using ada = await connectBare(node, {user: 'ada'});
  const env = {PARLEY_GRPC: String(node.app.grpcAddress), PARLEY_KEY: node.apiKey};
  const pushed = runClient(program, ['ada', 'order.shipped', '{"order": 42}'], env);
  const [sent, report] = [await pushed.next(), await pushed.next()] as [{id: string}, {id: string}];
  expect(sent).toMatchObject({addressed: 1});
  expect(report.id).toBe(sent.id);
  expect(await pushed.ended).toEqual([0, null]);
  const arrived = (): unknown => ada.events.find(({payload}) => JSON.stringify(payload).includes(sent.id))?.payload;
  await ada.until(() => arrived() !== undefined, 'the push');
  expect(JSON.stringify(arrived())).toContain('"order":42');
});

test.skipIf(missing)(`[PUSH10] the example in Go says in one line why a push was refused${why}`, async () => {
  const env = {PARLEY_GRPC: String(node.app.grpcAddress), PARLEY_KEY: 'somebody-s-key'};
  const refused = runClient(program, ['ada', 'order.shipped', '1'], env);
  await expect(refused.next()).rejects.toThrow(/\nbad_api_key: .+\n$/);
  expect(await refused.ended).toEqual([1, null]);
});
