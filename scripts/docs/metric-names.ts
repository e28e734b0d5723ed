import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** Where operators read of metrics, or are alarmed by them. */
const places = ['docs/OPERATIONS.md', 'deploy/grafana/parley.json', 'deploy/prometheus/alerts.yml'];
const declared = 'server/src/observability';

/** Metrics that these places name and that no node exports. */
export function checkMetricNames(root: string): readonly string[] {
  const sources = readdirSync(join(root, declared)).map((file) => readFileSync(join(root, declared, file), 'utf8'));
  const names = new Set(sources.flatMap((source) => source.match(/(?<=')parley_[a-z_]+(?=')/g) ?? []));
  return places.flatMap((place) => {
    const named = readFileSync(join(root, place), 'utf8').match(/\bparley_[a-z_]+[a-z]\b/g) ?? [];
    const unknown = [...new Set(named)].filter((name) => !names.has(name.replace(/_(bucket|sum|count)$/, '')));
    return unknown.map((name) => `${place} names ${name}, which no node exports`);
  });
}
