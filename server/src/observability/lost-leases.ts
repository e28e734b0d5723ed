import type {Clock} from '@parley/signaling';
import type {LeaseLoss} from '../cluster/store-observer.js';
import type {Logger} from './logger.js';

/** A node that stood still loses all of its leases at once: that is one thing to read. */
const gatherMs = 100;
const mostNamed = 10;

/** Tells an operator which leases were lost, with one line for all that are lost together for the same reason. */
export function lostLeases(log: Logger, clock: Clock): (name: string, how: LeaseLoss) => void {
  const gathered = new Map<LeaseLoss, string[]>();
  return (name, how) => {
    const names = gathered.get(how);
    if (names !== undefined) {
      names.push(name);
      return;
    }
    const lost = [name];
    gathered.set(how, lost);
    clock.after(gatherMs, () => {
      gathered.delete(how);
      log.warn(
        {how, count: lost.length, leases: lost.slice(0, mostNamed)},
        'leases were lost: what ran by them ends here',
      );
    });
  };
}
