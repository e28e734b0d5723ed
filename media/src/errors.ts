/**
 * - `refused`: the engine does not accept these parameters; nothing changed.
 * - `unknown`: there is no such room, transport, producer or consumer any more.
 * - `unavailable`: no worker can take a room at this moment.
 * - `overloaded`: nor a peer more, for the workers carry as much as they can.
 * - `unrecordable`: nothing can be recorded here, for the reason in the message.
 */
export type MediaErrorCode = 'refused' | 'unknown' | 'unavailable' | 'overloaded' | 'unrecordable';

export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Whether mediasoup refuses because what it was asked of is closed. */
export const isGone = (thrown: unknown): boolean =>
  thrown instanceof Error && ['NotFoundError', 'InvalidStateError', 'WorkerClosedError'].includes(thrown.name);
