import {errorCatalogue, mayReconnect, ParleyError, type ErrorCode} from '@parley/protocol';
import {expect, test} from 'vitest';
import {HandshakeRefusal} from './refusal.js';

test('[CON13] the close code of every refusal says the same about coming back as the error does', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const {closeCode} = new HandshakeRefusal(new ParleyError(code)).data;
    expect([code, mayReconnect(closeCode)]).toEqual([code, errorCatalogue[code].retryable]);
  }
});

test('[CON1] what is not ours becomes internal, and its text stays here', () => {
  const refusal = new HandshakeRefusal(new Error('the password is hunter2'));

  expect(refusal.message).toBe('internal');
  expect(JSON.stringify(refusal.data)).not.toContain('hunter2');
});
