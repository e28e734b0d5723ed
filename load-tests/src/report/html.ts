import type {FanoutResult, SubjectResult} from './result.js';

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${String(c.charCodeAt(0))};`);

interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly value: (subject: SubjectResult) => number;
}

const charts: readonly Chart[] = [
  {title: 'Server CPU per delivery', unit: 'µs, lower is better', digits: 2, value: (s) => s.cpuMicrosPerDelivery},
  {title: 'Deliveries per CPU second', unit: 'higher is better', digits: 0, value: (s) => s.deliveriesPerCpuSecond},
  {title: 'Latency, 99th percentile', unit: 'ms', digits: 1, value: (s) => s.latencyMs.p99},
  {title: 'Resident memory per connection', unit: 'KB', digits: 1, value: (s) => s.rssBytesPerConnection / 1024},
];

function bars({title, unit, digits, value}: Chart, subjects: readonly (readonly [string, SubjectResult])[]): string {
  const most = Math.max(...subjects.map(([, s]) => value(s)), Number.MIN_VALUE);
  const rows = subjects.map(([name, s], i) => {
    const y = i * 34;
    const width = Math.max(1, (value(s) / most) * 420);
    const figure = value(s).toLocaleString('en', {maximumFractionDigits: digits});
    return `<text x="0" y="${String(y + 20)}">${escape(name)}</text>
<rect class="${name === 'parley' ? 'own' : 'peer'}" x="130" y="${String(y + 4)}" width="${width.toFixed(1)}" height="24" rx="3"/>
<text x="${(138 + width).toFixed(1)}" y="${String(y + 20)}">${figure}</text>`;
  });
  return `<section><h2>${escape(title)} <small>${escape(unit)}</small></h2>
<svg viewBox="0 0 680 ${String(subjects.length * 34)}" role="img" aria-label="${escape(title)}">${rows.join('')}</svg></section>`;
}

/** A page of its own, without scripts or anything to fetch. */
export function htmlReport(result: FanoutResult): string {
  const subjects = Object.entries(result.subjects);
  const {clients, rooms, rate, burst, bytes, seconds, rounds} = result.params;
  const delivery = subjects
    .map(
      ([name, s]) =>
        `<tr><td>${escape(name)}</td><td>${s.deliveredPct.toFixed(3)} %</td><td>${String(s.duplicates)}</td><td>${String(s.disordered)}</td></tr>`,
    )
    .join('');
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Parley: fan-out</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; } small { font-weight: normal; opacity: .7; }
svg { width: 100%; } text { fill: currentColor; font-size: 14px; } .own { fill: #2f6fde; } .peer { fill: #8a94a6; }
td, th { padding: .2rem 1rem .2rem 0; text-align: left; }
</style>
<h1>Fan-out</h1>
<p>${String(clients)} clients in ${String(rooms)} room(s), ${String(rate)} messages per second and room in bursts of ${String(burst)},
${String(bytes)} bytes of text, ${String(seconds)} s per subject in ${String(rounds)} round(s). ${escape(result.machine.cpu)},
${String(result.machine.cores)} cores shared with the load generator, Node ${escape(result.machine.node)}, ${escape(result.at)}.</p>
${charts.map((chart) => bars(chart, subjects)).join('\n')}
<h2>Delivery</h2><table><tr><th></th><th>delivered</th><th>doubled</th><th>out of order</th></tr>${delivery}</table>
</html>
`;
}
