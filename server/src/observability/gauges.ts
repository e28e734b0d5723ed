import {Gauge, type Registry} from 'prom-client';

/** What is read off at the moment of a scrape. A gauge without a source is not exported. */
export interface GaugeSources {
  /** Sessions connected to this node. */
  readonly connections: () => number;
  readonly redisUp: () => boolean;
  readonly natsUp: () => boolean;
  readonly mediaWorkers: () => number;
  readonly mediaLoad: () => number;
  /** Calls whose media this node carries. */
  readonly calls: () => number;
  /** Watches of backends that this node serves. */
  readonly watches: () => number;
  readonly draining: () => boolean;
}

const gauges: Readonly<Record<keyof GaugeSources, {readonly name: string; readonly help: string}>> = {
  connections: {name: 'parley_connections', help: 'Sessions connected to this node.'},
  redisUp: {
    name: 'parley_redis_up',
    help: '1 while Redis answers, 0 while it is away. Absent on a node without Redis.',
  },
  natsUp: {
    name: 'parley_nats_up',
    help: '1 while messages are taken from NATS, 0 while it is away. Absent on a node without NATS.',
  },
  mediaWorkers: {name: 'parley_media_workers', help: 'Media workers that run.'},
  mediaLoad: {name: 'parley_media_load', help: 'Rooms, producers and consumers on the media workers.'},
  calls: {name: 'parley_calls', help: 'Calls whose media this node carries.'},
  watches: {name: 'parley_watches', help: 'Watches of backends that this node serves.'},
  draining: {name: 'parley_draining', help: '1 from the moment that the node begins to hand its clients over.'},
};

/** Has the registry export what the sources show. */
export function showGauges(registry: Registry, sources: Partial<GaugeSources>): void {
  for (const [source, {name, help}] of Object.entries(gauges)) {
    const read = sources[source as keyof GaugeSources];
    if (read === undefined) continue;
    const collect = function collect(this: Gauge): void {
      this.set(Number(read()));
    };
    registry.registerMetric(new Gauge({name, help, collect, registers: []}));
  }
}
