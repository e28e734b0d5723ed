import {errorCatalogue, ParleyError, type ErrorCode} from '@parley/protocol';

/** What one node says to another, as JSON on the other's channel or on everybody's. */
export type BusWord =
  | {
      readonly kind: 'request';
      /** Chosen by the asking node, and the same if it asks again. */
      readonly id: number;
      /** For how long it may be asked again. */
      readonly deadlineMs: number;
      readonly from: string;
      readonly method: string;
      readonly params: unknown;
    }
  | {readonly kind: 'answer'; readonly id: number; readonly result: unknown}
  | {readonly kind: 'refusal'; readonly id: number; readonly error: ParleyError}
  | {readonly kind: 'news'; readonly from: string; readonly topic: string; readonly payload: unknown};

export function writeWord(word: BusWord): string {
  return JSON.stringify(word.kind === 'refusal' ? {...word, error: word.error.toWire()} : word);
}

/** Throws if it is not a word of ours. */
export function readWord(message: string): BusWord {
  const word: unknown = JSON.parse(message);
  if (isRecord(word)) {
    const {kind, id, deadlineMs, from, method, topic, params, result, error, payload} = word;
    if (kind === 'request' && isNumber(id) && isNumber(deadlineMs) && isText(from) && isText(method))
      return {kind, id, deadlineMs, from, method, params};
    if (kind === 'answer' && isNumber(id)) return {kind, id, result};
    if (kind === 'refusal' && isNumber(id)) return {kind, id, error: toError(error)};
    if (kind === 'news' && isText(from) && isText(topic)) return {kind, from, topic, payload};
  }
  throw new Error('A message between nodes is malformed.');
}

function toError(error: unknown): ParleyError {
  if (!isRecord(error) || !isText(error['code']) || !isCode(error['code'])) return new ParleyError('internal');
  const {code, message, field, retryAfterMs} = error;
  return new ParleyError(code, {
    ...(isText(message) && {message}),
    ...(isText(field) && {field}),
    ...(isNumber(retryAfterMs) && {retryAfterMs}),
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalogue, code);
