export interface Panel {
  readonly title: string;
  /** What it means, and what to look for. */
  readonly says: string;
  /** As Grafana names it. */
  readonly unit: 'short' | 'reqps' | 's' | 'Bps' | 'bps' | 'bytes' | 'percentunit';
  readonly max?: number;
  /** By what the legend says. */
  readonly queries: Readonly<Record<string, string>>;
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const chosen = 'instance=~"$instance"';
const gauge = (name: string, labels = ''): string => `${name}{${chosen}${labels && `, ${labels}`}}`;
const sum = (by: string, name: string, labels = ''): string => `sum by (${by}) (${gauge(name, labels)})`;
/** Per second. */
const rate = (by: string, name: string, labels = ''): string =>
  `sum by (${by}) (rate(${gauge(name, labels)}[$__rate_interval]))`;
const quantile = (q: number, name: string, by = ''): string =>
  `histogram_quantile(${q}, sum by (le${by && `, ${by}`}) (rate(${gauge(`${name}_bucket`)}[$__rate_interval])))`;
const quantiles = (name: string): Readonly<Record<string, string>> => ({
  p50: quantile(0.5, name),
  p95: quantile(0.95, name),
  p99: quantile(0.99, name),
});

/** What the dashboard shows, from what people notice first to what an operator looks up. */
export const rows: readonly Row[] = [
  {
    title: 'People',
    panels: [
      {
        title: 'Connected sessions',
        says: 'Sessions connected to each node.',
        unit: 'short',
        queries: {'{{instance}}': gauge('parley_connections'), draining: `sum(${gauge('parley_draining')})`},
      },
      {
        title: 'Sessions begun and resumed',
        says: 'A rise of resumed ones is a network, a deploy or a node that died.',
        unit: 'short',
        queries: {'{{outcome}}': rate('outcome', 'parley_sessions_opened_total')},
      },
      {
        title: 'Connections closed',
        says: 'By reason; slow_consumer means that clients or their networks cannot follow.',
        unit: 'short',
        queries: {'{{reason}}': rate('reason', 'parley_connections_closed_total')},
      },
      {
        title: 'Rooms recovered after a resume',
        says: 'false: somebody was told that a room could not be replayed entirely. It should be nothing.',
        unit: 'short',
        queries: {
          'recovered: {{recovered}}': rate('recovered', 'parley_room_recoveries_total'),
          'feeds reset': `sum(rate(${gauge('parley_feed_resets_total')}[$__rate_interval]))`,
        },
      },
      {
        title: 'Handshakes refused or put off',
        says: 'bad_token after a rotation of keys; put off: more come at once than a node takes in.',
        unit: 'short',
        queries: {
          '{{code}}': rate('code', 'parley_handshakes_refused_total'),
          'put off': `sum(rate(${gauge('parley_handshakes_deferred_total')}[$__rate_interval]))`,
        },
      },
      {
        title: 'Limits reached',
        says: 'By limit: who meets them is refused with its code.',
        unit: 'short',
        queries: {'{{limit}}': rate('limit', 'parley_limits_reached_total')},
      },
    ],
  },
  {
    title: 'Messages',
    panels: [
      {
        title: 'Events encoded',
        says: 'Each is encoded once, however many it goes to.',
        unit: 'short',
        queries: {'{{kind}}': rate('kind', 'parley_publications_total')},
      },
      {
        title: 'Deliveries',
        says: 'Events handed to connections; dropped ones were droppable, for connections that were behind.',
        unit: 'short',
        queries: {
          events: `sum(rate(${gauge('parley_deliveries_total')}[$__rate_interval]))`,
          presence: `sum(rate(${gauge('parley_presence_deliveries_total')}[$__rate_interval]))`,
          dropped: `sum(rate(${gauge('parley_dropped_deliveries_total')}[$__rate_interval]))`,
        },
      },
      {
        title: 'Requests of clients',
        says: 'By code. internal is a defect; unavailable is Redis or another node.',
        unit: 'reqps',
        queries: {'{{code}}': rate('code', 'parley_requests_total')},
      },
      {
        title: 'Time of requests of clients',
        says: 'From the request to its answer.',
        unit: 's',
        queries: quantiles('parley_request_duration_seconds'),
      },
    ],
  },
  {
    title: 'Calls',
    panels: [
      {
        title: 'Calls and peers',
        says: 'Calls whose media nodes carry, peers of the calls that they run, recordings.',
        unit: 'short',
        queries: {
          calls: `sum(${gauge('parley_calls')})`,
          peers: `sum(${gauge('parley_call_peers')})`,
          recordings: `sum(${gauge('parley_recordings')})`,
        },
      },
      {
        title: 'Joins by outcome',
        says: 'calls_unavailable: no media worker takes anybody; call_full and call_locked are rules of rooms.',
        unit: 'short',
        queries: {'{{code}}': rate('code', 'parley_requests_total', 'request="call.join"')},
      },
      {
        title: 'Calls ended',
        says: 'lost: with a worker or a lease; its people come back by themselves.',
        unit: 'short',
        queries: {'{{how}}': rate('how', 'parley_calls_ended_total')},
      },
      {
        title: 'Time to first media',
        says: 'From joining to media, of who joins while others send. Above 3 s: address, firewalls, a full worker.',
        unit: 's',
        queries: quantiles('parley_call_first_media_seconds'),
      },
      {
        title: 'Time away of who came back',
        says: 'How long peers were gone, by signaling or media.',
        unit: 's',
        queries: quantiles('parley_call_resume_seconds'),
      },
      {
        title: 'Transports by state',
        says: 'Many new or failed ones: clients do not reach the media port.',
        unit: 'short',
        queries: {'{{direction}} {{state}}': sum('direction, state', 'parley_media_transports')},
      },
      {
        title: 'Packets lost, p95',
        says: 'send: from peers, receive: to them.',
        unit: 'percentunit',
        queries: {'{{direction}}': quantile(0.95, 'parley_media_loss_ratio', 'direction')},
      },
      {
        title: 'Bitrate',
        says: 'RTP, RTCP and DTLS, without the headers of UDP and IP; between nodes by pipes.',
        unit: 'bps',
        queries: {
          received: `8 * sum(rate(${gauge('parley_media_received_bytes_total')}[$__rate_interval]))`,
          sent: `8 * sum(rate(${gauge('parley_media_sent_bytes_total')}[$__rate_interval]))`,
          'between nodes, {{direction}}': `8 * ${rate('direction', 'parley_media_pipe_bytes_total')}`,
        },
      },
      {
        title: 'Media workers',
        says: 'What each takes of a processor; above 0.8 it wants more workers or nodes. Deaths are replaced.',
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{instance}} {{worker}}': gauge('parley_media_worker_cpu_ratio'),
          deaths: `sum(increase(${gauge('parley_media_worker_deaths_total')}[$__rate_interval]))`,
        },
      },
    ],
  },
  {
    title: 'Backends',
    panels: [
      {
        title: 'HTTP API',
        says: 'Requests to the operations port by class of status.',
        unit: 'reqps',
        queries: {'{{status}}': rate('status', 'parley_api_requests_total')},
      },
      {
        title: 'gRPC',
        says: 'Calls of the gRPC port by code.',
        unit: 'reqps',
        queries: {'{{code}}': rate('code', 'parley_grpc_requests_total')},
      },
      {
        title: 'Time of HTTP requests',
        says: 'From the request to its answer.',
        unit: 's',
        queries: quantiles('parley_api_request_duration_seconds'),
      },
      {
        title: 'Pushes kept for who is away',
        says: 'refused: the inbox is full; expired: no device took it in time; wait: for who is away. scheduled, sent: pushes that were put off.',
        unit: 'short',
        queries: {
          'kept: {{outcome}}': rate('outcome', 'parley_push_inbox_total'),
          wait: `max(${gauge('parley_push_inbox_waiting')})`,
          'put off: {{outcome}}': rate('outcome', 'parley_scheduled_pushes_total'),
        },
      },
      {
        title: 'Web push',
        says: 'Notes for browsers, by what became of them.',
        unit: 'short',
        queries: {'{{outcome}}': rate('outcome', 'parley_web_push_total')},
      },
      {
        title: 'Webhooks and hooks',
        says: 'Requests to your backends. parked ones wait to be replayed, dropped ones are lost.',
        unit: 'short',
        queries: {
          'webhook {{outcome}}': rate('outcome', 'parley_webhook_attempts_total'),
          parked: `sum(rate(${gauge('parley_webhook_parked_total')}[$__rate_interval]))`,
          dropped: `sum(rate(${gauge('parley_webhook_dropped_total')}[$__rate_interval]))`,
          'hook {{outcome}}': rate('outcome', 'parley_hook_questions_total'),
        },
      },
    ],
  },
  {
    title: 'Nodes',
    panels: [
      {
        title: 'Event-loop lag, p99',
        says: 'Above 100 ms a node has too much to do.',
        unit: 's',
        queries: {'{{instance}}': gauge('nodejs_eventloop_lag_p99_seconds')},
      },
      {
        title: 'CPU of the hub',
        says: 'Of one processor: the hub has one thread. Media workers are processes of their own.',
        unit: 'percentunit',
        queries: {'{{instance}}': `rate(${gauge('process_cpu_seconds_total')}[$__rate_interval])`},
      },
      {
        title: 'Memory of the hub',
        says: 'Resident.',
        unit: 'bytes',
        queries: {'{{instance}}': gauge('process_resident_memory_bytes')},
      },
      {
        title: 'Redis and NATS',
        says: '1 while they answer.',
        unit: 'short',
        max: 1,
        queries: {'Redis of {{instance}}': gauge('parley_redis_up'), 'NATS of {{instance}}': gauge('parley_nats_up')},
      },
      {
        title: 'Trouble between nodes and Redis',
        says: 'Each should be rare: events read again, requests repeated, leases lost, failovers, losses.',
        unit: 'short',
        queries: {
          'events repaired': `sum(rate(${gauge('parley_feed_repaired_events_total')}[$__rate_interval]))`,
          'requests repeated': `sum(rate(${gauge('parley_node_requests_repeated_total')}[$__rate_interval]))`,
          'leases lost': `sum(rate(${gauge('parley_leases_lost_total')}[$__rate_interval]))`,
          failovers: `sum(rate(${gauge('parley_redis_failovers_total')}[$__rate_interval]))`,
          'data lost by Redis': `sum(rate(${gauge('parley_redis_losses_total')}[$__rate_interval]))`,
        },
      },
    ],
  },
];
