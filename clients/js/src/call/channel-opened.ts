/** One's own end of a data channel, be it the sending or the receiving one. */
interface ChannelEnd {
  readonly readyState: RTCDataChannelState;
  once(event: 'open', listener: () => void): unknown;
  readonly observer: {once(event: 'close', listener: () => void): unknown};
}

/** Resolves when messages can pass by it, or never will. */
export function channelOpened(end: ChannelEnd): Promise<void> {
  if (end.readyState !== 'connecting') return Promise.resolve();
  return new Promise((resolve) => {
    end.once('open', resolve);
    end.observer.once('close', resolve);
  });
}
