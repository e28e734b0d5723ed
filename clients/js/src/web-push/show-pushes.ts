import type {OpenedPush} from './opened-push.js';

/** The part of a service worker's global scope that shows notifications. */
export interface WorkerScope {
  readonly location: {readonly origin: string};
  readonly registration: {
    showNotification(
      title: string,
      options: {body?: string; tag?: string; icon?: string; data: unknown},
    ): Promise<void>;
  };
  readonly clients: {
    matchAll(query: {type: 'window'; includeUncontrolled: true}): Promise<readonly WorkerClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: 'push', listener: (event: PushEventLike) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: ClickEventLike) => void): void;
}

interface WorkerClient {
  readonly url: string;
  readonly visibilityState: DocumentVisibilityState;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface Extendable {
  waitUntil(promise: Promise<unknown>): void;
}

interface PushEventLike extends Extendable {
  readonly data: {text(): string} | null;
}

interface ClickEventLike extends Extendable {
  readonly notification: {readonly data: unknown; close(): void};
}

export interface ShowOptions {
  readonly icon?: string;
  /** The address of a page that shows a room. */
  readonly roomUrl: (room: string) => string;
}

/**
 * Shows what comes by web push, unless a window of the page can be seen, which is told by its own connection; a click opens the
 * room or the path that the push names.
 *
 * ```ts
 * showPushes(self, {roomUrl: (room) => `/?room=${encodeURIComponent(room)}`});
 * ```
 */
export function showPushes(scope: WorkerScope, options: ShowOptions): void {
  scope.addEventListener('push', (event) => {
    event.waitUntil(show(scope, options, event.data?.text() ?? ''));
  });
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(open(scope, options, readOpened(event.notification.data)));
  });
}

async function show({registration, clients}: WorkerScope, {icon}: ShowOptions, text: string): Promise<void> {
  const windows = await clients.matchAll({type: 'window', includeUncontrolled: true});
  if (windows.some(({visibilityState}) => visibilityState === 'visible')) return;
  const message = fieldsOf(parse(text));
  const {title = 'News', body, tag} = texts(message, ['title', 'body', 'tag']);
  await registration.showNotification(title, {
    ...(body !== undefined && {body}),
    ...(tag !== undefined && {tag}),
    ...(icon !== undefined && {icon}),
    data: readOpened(message),
  });
}

async function open({clients, location}: WorkerScope, {roomUrl}: ShowOptions, opened: OpenedPush): Promise<void> {
  const [first] = await clients.matchAll({type: 'window', includeUncontrolled: true});
  if (first !== undefined) {
    first.postMessage(opened);
    // Refused where the click is too old: the window has the message all the same.
    await first.focus().catch(() => undefined);
    return;
  }
  const {room, url} = opened;
  const path = new URL(url ?? (room === undefined ? '/' : roomUrl(room)), location.origin);
  if (path.origin === location.origin) await clients.openWindow(path.href);
}

function readOpened(value: unknown): OpenedPush {
  const {id = '', room, url} = texts(fieldsOf(value), ['id', 'room', 'url']);
  return {parley: 'open', id, ...(room !== undefined && {room}), ...(url !== undefined && {url})};
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? {...value} : {});

function texts<Name extends string>(fields: Fields, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
