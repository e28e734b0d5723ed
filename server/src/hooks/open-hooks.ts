import type {Clock, HookSettings} from '@parley/signaling';
import type {ResourceStack} from '../lifecycle/resource-stack.js';
import {HttpHookBackend} from './http-hook-backend.js';
import type {BackendSetting} from './read-backends.js';

/** What the hub asks, for as long as the stack stands. */
export function openHooks(
  settings: readonly BackendSetting[],
  {clock, stack}: {readonly clock: Clock; readonly stack: ResourceStack},
): readonly HookSettings[] {
  return settings.map((setting) => {
    const {name, hooks, timeoutMs, concurrency} = setting;
    const backend = new HttpHookBackend(setting, clock);
    stack.defer(() => {
      backend.close();
    });
    return {name, backend, hooks, timeoutMs, concurrency};
  });
}
