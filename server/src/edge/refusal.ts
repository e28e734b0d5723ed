import {
  closeCodes,
  errorCatalogue,
  toWireError,
  type CloseReason,
  type ErrorCode,
  type WireError,
} from '@parley/protocol';

/** What Socket.IO turns into a `connect_error`: `message` is the code, `data` the error with its close code. */
export class HandshakeRefusal extends Error {
  override readonly name = 'HandshakeRefusal';
  readonly data: WireError & {readonly closeCode: number};

  constructor(thrown: unknown) {
    const error = toWireError(thrown);
    super(error.code);
    this.data = {...error, closeCode: closeCodes[closeReasonOf(error.code)].code};
  }
}

const sameName: ReadonlySet<string> = new Set(Object.keys(closeCodes));
const isCloseReason = (code: string): code is CloseReason => sameName.has(code);

/** The close code of an error: its namesake, or one whose range says the same about coming back. */
function closeReasonOf(code: ErrorCode): CloseReason {
  if (isCloseReason(code)) return code;
  return errorCatalogue[code].retryable ? 'unavailable' : 'protocol_error';
}
