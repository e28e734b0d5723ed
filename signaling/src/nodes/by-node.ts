import type {SessionId} from '@parley/protocol';
import type {Whereabouts} from '../ports.js';

/** Sessions by the node that has them. */
export function byNode(places: readonly Whereabouts[]): ReadonlyMap<string, readonly SessionId[]> {
  const groups = new Map<string, SessionId[]>();
  for (const {node, session} of places) {
    const group = groups.get(node);
    if (group) group.push(session);
    else groups.set(node, [session]);
  }
  return groups;
}
