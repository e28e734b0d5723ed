import {NoAnswer} from '../ports.js';
import {hookBackendContract} from '../testing/index.js';
import {MemoryHookBackend} from './hook-backend.js';

hookBackendContract('memory', (manner) => {
  const backend = new MemoryHookBackend((question) => {
    const how = manner(question);
    if (how === 'silence') return new Promise(() => undefined);
    if (how === 'absence') throw new NoAnswer('away', 'nobody there');
    if (how === 'failure') throw new Error('it failed');
    return how.answer;
  });
  return Promise.resolve({backend, close: () => Promise.resolve()});
});
