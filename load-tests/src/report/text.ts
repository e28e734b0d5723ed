import {spell, type Figure} from './figure.js';
import type {RunResult} from './result.js';

const pad = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(14))).join('');

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
    pad(['', ...figures.map(({heading}) => heading)]),
    ...Object.entries(subjects).map(([name, subject]) =>
      pad([name, ...figures.map(({value, digits}) => spell(value(subject), digits))]),
    ),
    ...Object.entries(ratios).map(([name, multiples]) => `parley / ${name}: ${phrase(multiples)}`),
  ].join('\n');
}
