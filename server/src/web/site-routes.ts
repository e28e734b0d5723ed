import type {HttpRequest, TemplatedApp} from 'uWebSockets.js';
import {send, type HttpAnswer} from './answer.js';
import {bestBody, type Site, type SiteFile} from './site.js';

type Headers = readonly (readonly [string, string])[];

const notBuilt = 'The page has not been built: run `npm run build`, then start the node again.\n';
const notFound = 'There is nothing at this address. The page is at /.\n';

/** Serves the page, and answers whatever no other route does. Register it last. */
export function siteRoutes(app: TemplatedApp, site: Site | undefined, security: Headers): void {
  app.any('/*', (res, req) => {
    const question = {
      head: req.getMethod() === 'head',
      close: req.getHeader('connection').toLowerCase() === 'close',
    };
    const answer = answerTo(req, site);
    send(res, {...answer, headers: [...security, ...answer.headers]}, question);
  });
}

function answerTo(req: HttpRequest, site: Site | undefined): HttpAnswer {
  const method = req.getMethod();
  if (method !== 'get' && method !== 'head') {
    return plain('405 Method Not Allowed', 'Only GET and HEAD are answered here.\n', [['Allow', 'GET, HEAD']]);
  }
  const url = req.getUrl();
  const file = site?.get(url);
  if (file !== undefined) return fileAnswer(req, file);
  return site === undefined && url === '/'
    ? plain('503 Service Unavailable', notBuilt)
    : plain('404 Not Found', notFound);
}

function fileAnswer(req: HttpRequest, file: SiteFile): HttpAnswer {
  const {encoding, body} = bestBody(file, req.getHeader('accept-encoding'));
  // Each encoding is a representation of its own and needs an ETag of its own.
  const etag = encoding === 'identity' ? file.etag : `${file.etag.slice(0, -1)}-${encoding}"`;
  const headers: [string, string][] = [
    ['Cache-Control', file.cacheControl],
    ['ETag', etag],
    ['Vary', 'Accept-Encoding'],
  ];
  if (matches(req.getHeader('if-none-match'), etag)) return {status: '304 Not Modified', headers, body: ''};
  headers.push(['Content-Type', file.type]);
  if (encoding !== 'identity') headers.push(['Content-Encoding', encoding]);
  return {status: '200 OK', headers, body};
}

const matches = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.split(',').some((candidate) => {
    const bare = candidate.trim().replace(/^W\//, '');
    return bare === etag || bare === '*';
  });

const plain = (status: string, body: string, headers: Headers = []): HttpAnswer => ({
  status,
  headers: [['Content-Type', 'text/plain; charset=utf-8'], ['Cache-Control', 'no-store'], ...headers],
  body,
});
