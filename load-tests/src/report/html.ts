import {spell, type Figure} from './figure.js';
import type {RunResult} from './result.js';

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${String(c.charCodeAt(0))};`);

type Subjects<Subject> = readonly (readonly [string, Subject])[];

function bars<Subject>({chart, digits, value}: Figure<Subject>, subjects: Subjects<Subject>): string {
  if (chart === undefined) return '';
  const most = Math.max(...subjects.map(([, subject]) => value(subject)), Number.MIN_VALUE);
  const rows = subjects.map(([name, subject], i) => {
    const y = i * 34;
    const width = Math.max(1, (value(subject) / most) * 420);
    return `<text x="0" y="${String(y + 20)}">${escape(name)}</text>
<rect class="${name === 'parley' ? 'own' : 'peer'}" x="130" y="${String(y + 4)}" width="${width.toFixed(1)}" height="24" rx="3"/>
<text x="${(138 + width).toFixed(1)}" y="${String(y + 20)}">${spell(value(subject), digits)}</text>`;
  });
  return `<section><h2>${escape(chart.title)} <small>${escape(chart.unit)}</small></h2>
<svg viewBox="0 0 680 ${String(subjects.length * 34)}" role="img" aria-label="${escape(chart.title)}">${rows.join('')}</svg></section>`;
}

function table<Subject>(figures: readonly Figure<Subject>[], subjects: Subjects<Subject>): string {
  const head = figures.map(({heading}) => `<th>${escape(heading)}</th>`).join('');
  const rows = subjects.map(([name, subject]) => {
    const cells = figures.map(({value, digits}) => `<td>${spell(value(subject), digits)}</td>`).join('');
    return `<tr><td>${escape(name)}</td>${cells}</tr>`;
  });
  return `<table><tr><th></th>${head}</tr>${rows.join('')}</table>`;
}

export interface Page<Subject> {
  readonly title: string;
  /** One sentence on what was done, without its full stop. */
  readonly about: string;
  readonly figures: readonly Figure<Subject>[];
  /** How something went over time: series of equally long columns. */
  readonly course?: {readonly title: string; readonly series: Readonly<Record<string, readonly number[]>>};
}

const chartWidth = 640;
const chartHeight = 110;

function columns(name: string, values: readonly number[], most: number): string {
  const width = chartWidth / values.length;
  const bars = values.map((value, i) => {
    const height = (value / most) * (chartHeight - 20);
    return `<rect class="own" x="${(i * width).toFixed(1)}" y="${(chartHeight - height).toFixed(1)}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  return `<svg viewBox="0 0 ${String(chartWidth)} ${String(chartHeight)}" role="img" aria-label="${escape(name)}">
<text x="0" y="14">${escape(name)}, at most ${spell(Math.max(...values), 0)}</text>${bars.join('')}</svg>`;
}

function courseChart(course: Page<unknown>['course']): string {
  if (course === undefined) return '';
  const most = Math.max(1, ...Object.values(course.series).flat());
  const charts = Object.entries(course.series).map(([name, values]) => columns(name, values, most));
  return `<section><h2>${escape(course.title)}</h2>${charts.join('\n')}</section>`;
}

/** A page of its own, without scripts or anything to fetch. */
export function htmlReport<Subject>(result: RunResult<string, unknown, Subject>, page: Page<Subject>): string {
  const subjects = Object.entries(result.subjects);
  const {cpu, cores, node} = result.machine;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Parley: ${escape(page.title)}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; } small { font-weight: normal; opacity: .7; }
svg { width: 100%; } text { fill: currentColor; font-size: 14px; } .own { fill: #2f6fde; } .peer { fill: #8a94a6; }
td, th { padding: .2rem 1rem .2rem 0; text-align: left; }
</style>
<h1>${escape(page.title)}</h1>
<p>${escape(page.about)}. ${escape(cpu)}, ${String(cores)} cores shared with the load generator, Node ${escape(node)},
${escape(result.at)}.</p>
${page.figures.map((figure) => bars(figure, subjects)).join('\n')}
${courseChart(page.course)}
<h2>All figures</h2>${table(page.figures, subjects)}
</html>
`;
}
