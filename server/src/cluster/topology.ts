import type {Shape} from './shape.js';

/** Which server has which keys, now and from now on. */
export interface Topology {
  readonly shape: Shape;
  /** Somebody was sent elsewhere, or a server does not answer: it is looked again at once, and often for a while. */
  doubt(): void;
  /** One listener; called when the shape is another. */
  onChange(listener: () => void): void;
  close(): void;
}

/** One server, for ever. */
export class FixedTopology implements Topology {
  readonly shape: Shape;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  doubt(): void {
    // There is nobody to ask.
  }

  onChange(): void {
    // Never.
  }

  close(): void {
    // Nothing is open.
  }
}
