import {openedPush} from '@parley/client';

/** Calls `open` with the room of a notification that was clicked on. Returns what ends that. */
export function whenOpened(open: (room: string) => void): () => void {
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : undefined;
  const listener = ({data}: MessageEvent<unknown>): void => {
    const room = openedPush(data)?.room;
    if (room !== undefined) open(room);
  };
  container?.addEventListener('message', listener);
  return () => container?.removeEventListener('message', listener);
}

/** Calls `back` whenever the tab comes to the front again. Returns what ends that. */
export function whenShown(back: () => void): () => void {
  const listener = (): void => {
    if (document.visibilityState === 'visible') back();
  };
  document.addEventListener('visibilitychange', listener);
  return () => {
    document.removeEventListener('visibilitychange', listener);
  };
}
