import {writeFileSync} from 'node:fs';
import type {Comparison} from '../scenario.js';
import {htmlReport, type Page} from './html.js';
import type {RunResult} from './result.js';
import {textReport} from './text.js';

/** Prints the figures, and writes them where the command line says. */
export function publishResult<Subject>(
  result: RunResult<string, unknown, Subject>,
  page: Page<Subject> & {readonly phrase: (ratios: Readonly<Record<string, number>>) => string},
  {json, report}: Comparison,
): void {
  process.stdout.write(`${textReport(result, page.figures, page.phrase)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  if (report !== undefined) writeFileSync(report, htmlReport(result, page));
}
