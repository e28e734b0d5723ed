import type {HookQuestion} from '@parley/signaling';
import {hookBackendContract} from '@parley/signaling/testing';
import {createClock} from '../../src/clock.js';
import {HttpHookBackend} from '../../src/hooks/http-hook-backend.js';
import {readSecret} from '../../src/webhooks/signature.js';
import {secret} from '../webhooks/receiver-server.js';
import {HookServer, type Verdict} from './hook-server.js';

hookBackendContract('http', async (manner) => {
  const server = await HookServer.start();
  server.decide = ({id, type, time, data}): Verdict => {
    const hook = type.slice('parley.hook.'.length);
    const how = manner({hook, id, at: Date.parse(time), data} as unknown as HookQuestion);
    if (how === 'silence') return 'silence';
    if (how === 'failure') return {status: 500, text: 'it failed'};
    if (how === 'absence') return {status: 503, text: 'nobody there'};
    return {status: 200, text: JSON.stringify(how.answer)};
  };
  const secrets = [readSecret(secret) ?? Buffer.alloc(0)];
  const backend = new HttpHookBackend(
    {url: server.url, secrets, allowPrivate: true, concurrency: 16, timeoutMs: 10_000},
    createClock(),
  );
  const close = async (): Promise<void> => {
    backend.close();
    await server.shut();
  };
  return {backend, close};
});
