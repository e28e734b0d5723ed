/** What a click on a notification opens; a window of the page that is open already is sent it by the service worker as a message. */
export interface OpenedPush {
  readonly parley: 'open';
  /** Of the push. */
  readonly id: string;
  readonly room?: string;
  /** A path of the page's origin. */
  readonly url?: string;
}

/**
 * What a service worker posted to its page, if it is this.
 *
 * ```ts
 * navigator.serviceWorker.addEventListener('message', ({data}) => {
 *   const {room} = openedPush(data) ?? {};
 *   if (room !== undefined) show(room);
 * });
 * ```
 */
export function openedPush(message: unknown): OpenedPush | undefined {
  if (typeof message !== 'object' || message === null || !('parley' in message)) return undefined;
  const {parley, id, room, url}: Readonly<Record<string, unknown>> = {...message};
  if (parley !== 'open' || typeof id !== 'string') return undefined;
  return {parley, id, ...(typeof room === 'string' && {room}), ...(typeof url === 'string' && {url})};
}
