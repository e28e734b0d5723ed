import type {EngineRoom, MediaEvent} from '../ports.js';

/** A room of an engine. What happens to it is told as soon as somebody listens, from the beginning. */
export interface HeardRoom {
  readonly media: EngineRoom;
  /** To be called once. */
  listen(listener: (event: MediaEvent) => void): void;
}

/** Rejects as `open` does. */
export async function openHeard(
  open: (listener: (event: MediaEvent) => void) => Promise<EngineRoom>,
): Promise<HeardRoom> {
  const early: MediaEvent[] = [];
  let hear = (event: MediaEvent): void => void early.push(event);
  const media = await open((event) => {
    hear(event);
  });
  return {
    media,
    listen: (listener) => {
      hear = listener;
      for (const event of early) listener(event);
    },
  };
}
