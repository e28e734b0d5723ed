import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {extname, join, relative, sep} from 'node:path';
import {promisify} from 'node:util';
import {brotliCompress, constants, gzip} from 'node:zlib';

/** How a body can be written, smallest first. */
type Encoding = 'br' | 'gzip' | 'identity';

/** A file as it is sent. */
export interface SiteFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly bodies: Readonly<{identity: Buffer} & Partial<Record<Encoding, Buffer>>>;
}

/**
 * The page's built files by path (`/assets/index-4f3a.js`), read once and kept in memory, compressed. What is not in
 * here does not exist for clients: a request's path is looked up and never becomes a path of the file system.
 */
export type Site = ReadonlyMap<string, SiteFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const compressible = /^(text\/|application\/(json|manifest\+json|wasm)|image\/svg)/;
/** Below this, headers weigh more than what compression saves. */
const worthCompressingBytes = 1_024;

/** The built page, or undefined if it has not been built. */
export async function loadSite(folder: string): Promise<Site | undefined> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true}).catch(() => undefined);
  if (entries === undefined) return undefined;
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const path = `/${relative(folder, file).split(sep).join('/')}`;
        return [path, await siteFile(path, await readFile(file))] as const;
      }),
  );
  const site = new Map(files);
  const index = site.get('/index.html');
  if (index === undefined) return undefined;
  return site.set('/', index);
}

async function siteFile(path: string, body: Buffer): Promise<SiteFile> {
  const type = types[extname(path)] ?? 'application/octet-stream';
  const hashed = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(path) && path.startsWith('/assets/');
  return {
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    // The bundler puts a hash of the content into the names of assets; everything else is asked for each time.
    cacheControl: hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    bodies: {identity: body, ...(await compressed(type, body))},
  };
}

async function compressed(type: string, body: Buffer): Promise<Partial<Record<Encoding, Buffer>>> {
  if (!compressible.test(type) || body.length < worthCompressingBytes) return {};
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(body, {params: {[constants.BROTLI_PARAM_QUALITY]: 9}}),
    promisify(gzip)(body, {level: 9}),
  ]);
  return {...(br.length < body.length && {br}), ...(gz.length < body.length && {gzip: gz})};
}

/** The best encoding that a request's `Accept-Encoding` allows. */
export function bestBody(file: SiteFile, acceptEncoding: string): {encoding: Encoding; body: Buffer} {
  for (const encoding of ['br', 'gzip'] as const) {
    const body = file.bodies[encoding];
    if (body !== undefined && accepts(acceptEncoding, encoding)) return {encoding, body};
  }
  return {encoding: 'identity', body: file.bodies.identity};
}

const accepts = (header: string, encoding: string): boolean =>
  header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    return name.toLowerCase() === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
