import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {s3Recordings} from '../../src/media/s3-recordings.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-s3-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

/**
 * As much of S3 as putting takes, with objects in memory: there is no such server among the tools of this repository. It does not check
 * signatures, only that there is one by the right key; the first `busy` requests are refused like those of a store that has too much to do.
 */
async function startBucket(busy = 0) {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const signedBy = new Set<string | undefined>();
  let refusals = busy;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const url = new URL(request.url ?? '/', 'http://s3');
      const key = decodeURIComponent(url.pathname);
      const id = url.searchParams.get('uploadId') ?? '';
      signedBy.add(/Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1]);
      if (refusals > 0) {
        refusals -= 1;
        response
          .writeHead(503, {'content-type': 'application/xml'})
          .end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
      } else if (request.method === 'POST' && url.searchParams.has('uploads')) {
        uploads.set(key, new Map());
        const xml = `<InitiateMultipartUploadResult><UploadId>${key}</UploadId></InitiateMultipartUploadResult>`;
        response.writeHead(200, {'content-type': 'application/xml'}).end(xml);
      } else if (request.method === 'PUT' && id !== '') {
        uploads.get(id)?.set(Number(url.searchParams.get('partNumber')), body);
        response.writeHead(200, {etag: '"part"'}).end();
      } else if (request.method === 'POST' && id !== '') {
        const parts = [...(uploads.get(id) ?? [])].sort(([a], [b]) => a - b);
        objects.set(key, Buffer.concat(parts.map(([, part]) => part)));
        const xml = '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>';
        response.writeHead(200, {'content-type': 'application/xml'}).end(xml);
      } else if (request.method === 'DELETE') {
        response.writeHead(204).end();
      } else {
        objects.set(key, body);
        response.writeHead(200, {etag: '"whole"'}).end();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  const config = {
    bucket: 'calls',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    prefix: 'parley/',
    credentials: {accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret'},
  };
  return {
    objects,
    signedBy,
    config,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function file(name: string, bytes: number): Promise<{path: string; content: Buffer}> {
  const content = Buffer.alloc(bytes, name);
  const path = join(folder, name);
  await writeFile(path, content);
  return {path, content};
}

test('[CALL74] a file is put whole under its name and prefix, a large one in parts, signed, and again when the store is busy', async () => {
  await using bucket = await startBucket(2);
  const store = await s3Recordings(bucket.config);
  const list = await file('recording.json', 300);
  const video = await file('001-ada-camera.webm', 20 * 1_024 ** 2 + 7);
  const {signal} = new AbortController();
  await store.put('den/part-1/recording.json', list.path, signal);
  await store.put('den/part-1/001-ada-camera.webm', video.path, signal);
  expect(bucket.objects.get('/calls/parley/den/part-1/recording.json')?.equals(list.content)).toBe(true);
  expect(bucket.objects.get('/calls/parley/den/part-1/001-ada-camera.webm')?.equals(video.content)).toBe(true);
  expect([...bucket.signedBy]).toEqual(['AKIDEXAMPLE']);
});

test('[CALL74] what is given up is not there, and a store that stays away is a failure', async () => {
  await using bucket = await startBucket();
  const store = await s3Recordings(bucket.config);
  const {path} = await file('001-ada-camera.webm', 40 * 1_024 ** 2);
  const giveUp = new AbortController();
  const put = store.put('den/part-1/001-ada-camera.webm', path, giveUp.signal);
  giveUp.abort();
  await expect(put).rejects.toThrow();
  expect(bucket.objects.size).toBe(0);
  await using away = await startBucket(1_000);
  const other = await s3Recordings(away.config);
  const list = await file('recording.json', 300);
  await expect(other.put('den/recording.json', list.path, new AbortController().signal)).rejects.toThrow(
    /reduce your request rate/,
  );
});
