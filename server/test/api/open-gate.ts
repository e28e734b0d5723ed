import {ConfiguredKeys} from '../../src/api/access/configured-keys.js';
import {Gate} from '../../src/api/access/gate.js';
import {createClock} from '../../src/clock.js';

/** A gate for keys of the configuration. */
export function openGate({apiKeys, requestsPerSecond}: {apiKeys: readonly string[]; requestsPerSecond: number}): Gate {
  const keys = new ConfiguredKeys(apiKeys, requestsPerSecond);
  return new Gate({
    keys: {identify: (presented) => Promise.resolve(keys.identify(presented))},
    requestsPerSecond,
    clock: createClock(),
  });
}
