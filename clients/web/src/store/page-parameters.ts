import {roomId} from '@parley/protocol';

/** What a link to the page may say: `?room=lobby&name=Ada&servers=https://b.example,https://c.example`. */
export interface PageParameters {
  readonly room: string | undefined;
  readonly name: string | undefined;
  /** Nodes to connect to: the page's own first, then the others, so that a tab may resume at another one. */
  readonly urls: readonly string[];
}

const mostServers = 8;

/** Reads the address of the page. What does not fit is left out, as if it was not there. */
export function readPageParameters(address: URL): PageParameters {
  const query = address.searchParams;
  const others = (query.get('servers') ?? '')
    .split(',')
    .filter((text) => URL.canParse(text.trim()))
    .map((text) => new URL(text.trim()))
    .filter((url) => url.protocol === 'http:' || url.protocol === 'https:')
    .map((url) => url.origin);
  return {
    room: roomId.safeParse(query.get('room')).data,
    name: query.get('name')?.trim().slice(0, 64) || undefined,
    urls: [...new Set([address.origin, ...others])].slice(0, mostServers),
  };
}

/** The address that leads others to a room: theirs to join under a name of their own. */
export function linkTo(address: URL, room: string): string {
  const link = new URL(address);
  link.searchParams.set('room', room);
  link.searchParams.delete('name');
  link.hash = '';
  return link.href;
}
