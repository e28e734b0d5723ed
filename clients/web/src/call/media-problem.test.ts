import {expect, test} from 'vitest';
import {explainMediaError} from './media-problem.js';

const causeOf = (name: string, message = ''): string =>
  explainMediaError('camera', new DOMException(message, name)).cause;

test('every refusal of a browser has its own cause', () => {
  expect(causeOf('NotAllowedError', 'Permission denied')).toBe('denied');
  expect(causeOf('NotAllowedError', 'Permission denied by system')).toBe('system');
  expect(causeOf('NotFoundError')).toBe('absent');
  expect(causeOf('OverconstrainedError')).toBe('absent');
  expect(causeOf('NotReadableError')).toBe('busy');
});

test('what is not known says what the browser said', () => {
  expect(explainMediaError('microphone', new TypeError('odd')).remedy).toBe('odd');
});
