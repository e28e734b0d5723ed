import {spell, type Figure} from './figure.js';
import type {RunResult} from './result.js';

/** Columns as wide as what is in them: names to the left, figures to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : `  ${cell.padStart(widths[column] ?? 0)}`))
      .join(''),
  );
}

/** The figures as a table for the terminal; below it, Parley's as multiples of each peer's. */
export function textReport<Subject>(
  {subjects, ratios}: RunResult<string, unknown, Subject>,
  figures: readonly Figure<Subject>[],
  phrase: (ratios: Readonly<Record<string, number>>) => string,
): string {
  const [only, ...others] = Object.entries(subjects);
  // A table of one row would only be wide.
  if (only && others.length === 0) {
    const rows = figures.map(
      ({heading, value, digits}) => `${heading.padEnd(24)} ${spell(value(only[1]), digits).padStart(14)}`,
    );
    return [only[0], ...rows].join('\n');
  }
  return [
    ...align([
      ['', ...figures.map(({heading}) => heading)],
      ...Object.entries(subjects).map(([name, subject]) => [
        name,
        ...figures.map(({value, digits}) => spell(value(subject), digits)),
      ]),
    ]),
    ...Object.entries(ratios).map(([name, multiples]) => `parley / ${name}: ${phrase(multiples)}`),
  ].join('\n');
}
