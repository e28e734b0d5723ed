import type {SessionRecord} from '../ports.js';

/** Records by the node that has their sessions. */
export function byNode(records: readonly SessionRecord[]): ReadonlyMap<string, readonly SessionRecord[]> {
  const groups = new Map<string, SessionRecord[]>();
  for (const record of records) {
    const group = groups.get(record.node);
    if (group) group.push(record);
    else groups.set(record.node, [record]);
  }
  return groups;
}
