import type {Caller} from '../../src/api/access/caller.js';
import {ConfiguredKeys} from '../../src/api/access/configured-keys.js';
import {Gate} from '../../src/api/access/gate.js';
import {createClock} from '../../src/clock.js';

export interface OpenGateOptions {
  readonly apiKeys: readonly string[];
  readonly requestsPerSecond: number;
  /** Of other keys, by the key. */
  readonly callers?: Readonly<Record<string, Caller>>;
}

/** A gate for keys of the configuration, and others. */
export function openGate({apiKeys, requestsPerSecond, callers = {}}: OpenGateOptions): Gate {
  const keys = new ConfiguredKeys(apiKeys, requestsPerSecond);
  return new Gate({
    keys: {identify: (presented) => Promise.resolve(keys.identify(presented) ?? callers[presented])},
    requestsPerSecond,
    clock: createClock(),
  });
}
