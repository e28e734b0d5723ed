import {readdirSync, readFileSync} from 'node:fs';

/** A process with all that descend from it, as they are now. Linux only: it reads `/proc`. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Children of this process. */
export function ownChildren(): readonly number[] {
  return processTree(process.pid).filter((pid) => parentOf(pid) === process.pid);
}

/** Sends a signal to all of them; those that ended meanwhile are fine. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
    }
  }
}

/** Undefined if it ended meanwhile. */
function parentOf(pid: number): number | undefined {
  try {
    // The name before it may contain anything, parentheses too.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1);
    return Number(fields?.split(' ')[1]);
  } catch {
    return undefined;
  }
}
