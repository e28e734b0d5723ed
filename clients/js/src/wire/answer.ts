import {errorCatalogue, ParleyError, type ErrorCode, type RequestDefinition, type ResultOf} from '@parley/protocol';
import {isRecord, understand} from './understand.js';

const isCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorCatalogue, value);

/** The error that a refusal carries. A code that this version does not know becomes `internal` and keeps its text. */
function readError(error: unknown): ParleyError {
  if (!isRecord(error)) return new ParleyError('internal', {message: 'The server refused without saying why.'});
  const {code, message, field, reason, retryAfterMs} = error;
  const text = typeof message === 'string' ? message : 'no text';
  return new ParleyError(isCode(code) ? code : 'internal', {
    message: isCode(code) ? text : `${String(code)}: ${text}`,
    ...(typeof field === 'string' && {field}),
    ...(typeof reason === 'string' && {reason}),
    ...(typeof retryAfterMs === 'number' && {retryAfterMs}),
  });
}

/** The result in an acknowledgement of `definition`, or the error to reject with. Never throws. */
export function readAnswer<D extends RequestDefinition>(definition: D, answer: unknown): ResultOf<D> | ParleyError {
  if (!isRecord(answer))
    return new ParleyError('internal', {message: `${definition.name} was answered with no envelope.`});
  if (answer['ok'] !== true) return readError(answer['error']);
  const data = understand<D['result']>(definition.result, answer['data']);
  return data ?? new ParleyError('internal', {message: `${definition.name} was answered with an unknown shape.`});
}
