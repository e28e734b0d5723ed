import {getHeapSnapshot} from 'node:v8';

/** How many objects there are of each class, by its name, in this process. */
export type Census = ReadonlyMap<string, number>;

/** As much of V8's snapshot as is read; nodes are rows of `node_fields` numbers. */
interface Snapshot {
  readonly snapshot: {readonly meta: {readonly node_fields: string[]; readonly node_types: [string[], ...unknown[]]}};
  readonly nodes: number[];
  readonly strings: string[];
}

/** Collects what nobody holds, and counts what is left, and its bytes. Takes seconds. */
export async function heapCensus(): Promise<{census: Census; heapBytes: number}> {
  const parts: Buffer[] = [];
  const taken = getHeapSnapshot();
  // Garbage was collected for it, and to read it makes much more.
  const {heapUsed: heapBytes} = process.memoryUsage();
  for await (const part of taken) parts.push(Buffer.from(part as Uint8Array));
  const {snapshot, nodes, strings} = JSON.parse(Buffer.concat(parts).toString()) as Snapshot;
  const {node_fields: fields, node_types: types} = snapshot.meta;
  const [typeAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const object = types[0].indexOf('object');
  const census = new Map<string, number>();
  for (let row = 0; row < nodes.length; row += fields.length) {
    if (nodes[row + typeAt] !== object) continue;
    const name = strings[nodes[row + nameAt]!]!;
    census.set(name, (census.get(name) ?? 0) + 1);
  }
  return {census, heapBytes};
}
