/** One figure of a subject: a column in the terminal, and a chart on the page if it has a title. */
export interface Figure<Subject> {
  readonly heading: string;
  readonly chart?: {readonly title: string; readonly unit: string};
  readonly digits: number;
  readonly value: (subject: Subject) => number;
}

/** With separators of thousands and always so many digits. */
export const spell = (value: number, digits: number): string =>
  value.toLocaleString('en', {minimumFractionDigits: digits, maximumFractionDigits: digits});
