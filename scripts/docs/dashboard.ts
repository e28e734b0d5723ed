import {rows, type Panel} from './dashboard-panels.ts';

/** Panels of a row stand beside one another; a dashboard of Grafana is 24 wide. */
const PER_ROW = 3;
const WIDTH = 24 / PER_ROW;
const HEIGHT = 8;

const datasource = {type: 'prometheus', uid: '${datasource}'};

/**
 * The dashboard of Grafana in deploy/grafana/parley.json, from its panels.
 * Format: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard(): string {
  const panels: unknown[] = [];
  let y = 0;
  for (const {title, panels: own} of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: {x: 0, y, w: 24, h: 1},
      panels: [],
    });
    y += 1;
    for (const [index, panel] of own.entries()) {
      const place = {x: (index % PER_ROW) * WIDTH, y: y + Math.floor(index / PER_ROW) * HEIGHT, w: WIDTH, h: HEIGHT};
      panels.push({id: panels.length + 1, gridPos: place, ...shown(panel)});
    }
    y += Math.ceil(own.length / PER_ROW) * HEIGHT;
  }
  const board = {
    uid: 'parley',
    title: 'Parley',
    tags: ['parley'],
    editable: true,
    schemaVersion: 39,
    time: {from: 'now-1h', to: 'now'},
    refresh: '30s',
    timezone: 'browser',
    templating: {list: [source, nodes]},
    panels,
  };
  return `${JSON.stringify(board, undefined, 2)}\n`;
}

const source = {name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0};

const nodes = {
  name: 'instance',
  label: 'Node',
  type: 'query',
  datasource,
  query: {query: 'label_values(parley_build_info, instance)', refId: 'nodes'},
  refresh: 2,
  includeAll: true,
  multi: true,
  allValue: '.+',
  current: {text: 'All', value: '$__all'},
};

function shown({title, says, unit, max, queries}: Panel): Record<string, unknown> {
  return {
    type: 'timeseries',
    title,
    description: says,
    datasource,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max !== undefined && {max}),
        custom: {lineWidth: 1, fillOpacity: 8, showPoints: 'never'},
      },
      overrides: [],
    },
    options: {legend: {displayMode: 'list', placement: 'bottom'}, tooltip: {mode: 'multi', sort: 'desc'}},
    targets: Object.entries(queries).map(([legend, expr], index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource,
      expr,
      legendFormat: legend,
    })),
  };
}
