/** What a word that the two names share is worth: `PARLEY_SECRET` means `PARLEY_AUTH_SECRET` rather than `PARLEY_PORT`. */
const sharedWordEdits = 3;

/** The candidate that is fewest single-character edits away from `name`, if it is close enough to be what was meant. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const words = new Set(name.split('_'));
  const ranked = candidates
    .map((candidate) => {
      const shared = candidate.split('_').filter((word) => words.has(word)).length;
      return {candidate, distance: editDistance(name, candidate) - sharedWordEdits * shared};
    })
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 2 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({length: b.length + 1}, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
