import {setTimeout as delay} from 'node:timers/promises';
import type {RunningNode} from '../subjects/parley.js';
import {ask} from './api.js';
import type {Numbered} from './ledger.js';
import type {WebhookReceiver} from './receiver.js';

/** More than the longest pause between two attempts. */
const patienceMs = 75_000;
const lookEveryMs = 100;

interface ParkedPage {
  readonly events: readonly {readonly id: string}[];
}

/**
 * Has what was parked sent again until everybody has everything, or nothing has come for a while. Resolves with the ids of what
 * was parked, for each receiver.
 */
export async function settle(
  nodes: readonly RunningNode[],
  receivers: readonly WebhookReceiver[],
  pushed: readonly Numbered[],
  show: (missing: number) => void,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const parked = new Map(receivers.map(({name}) => [name, new Set<string>()]));
  let [before, since] = [Number.NaN, performance.now()];
  for (;;) {
    for (const {name} of receivers) {
      for (const id of await replay(nodes, name)) parked.get(name)?.add(id);
    }
    const missing = receivers.reduce((sum, {ledger}) => sum + ledger.missing(pushed), 0);
    show(missing);
    if (missing !== before) [before, since] = [missing, performance.now()];
    if (missing === 0 || performance.now() - since > patienceMs) return parked;
    await delay(lookEveryMs);
  }
}

/** A page of what is parked; with the ids of what is sent again. */
async function replay(nodes: readonly RunningNode[], receiver: string): Promise<readonly string[]> {
  const path = `/v1/webhooks/${receiver}`;
  const page = (await ask(nodes, 0, 'GET', `${path}/parked?limit=500`)) as ParkedPage;
  const ids = page.events.map(({id}) => id);
  if (ids.length > 0) await ask(nodes, 0, 'POST', `${path}/replay`, {ids});
  return ids;
}
