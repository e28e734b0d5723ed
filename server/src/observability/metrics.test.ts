import {limitCatalogue} from '@parley/protocol';
import {expect, test} from 'vitest';
import {createMetrics, type Metrics} from './metrics.js';

async function read(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const samples = (await metrics.text()).split('\n').filter((line) => line.startsWith('parley_'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('[LIM13] every limit that is reached is counted under its name, whoever keeps it, and no other name is', async () => {
  const metrics = createMetrics({version: '1.2.3'});
  metrics.hub.limitReached('slow_mode');
  metrics.edge.limitReached('inbound');
  metrics.api.limitReached('api_requests');
  metrics.hub.limitReached('made up' as never);
  const counted = [...(await read(metrics))].filter(([name]) => name.startsWith('parley_limits_reached_total'));
  for (const limit of Object.keys(limitCatalogue)) {
    const series = `parley_limits_reached_total{limit="${limit}"}`;
    expect(counted).toContainEqual([series, ['slow_mode', 'inbound', 'api_requests'].includes(limit) ? 1 : 0]);
  }
  expect(counted).toHaveLength(Object.keys(limitCatalogue).length + 1);
});

test('[OPS4] what webhooks, hooks and recordings count is exported as well', async () => {
  const metrics = createMetrics({version: '1.2.3', receivers: ['crm'], backends: ['gate']});
  metrics.webhooks.attempted('crm', 'delivered', 5);
  metrics.hub.hookAsked('gate', 'join', 'refused', 5);
  metrics.hub.hookCircuit('gate', 'open');
  const all = await read(metrics);
  expect(all.get('parley_webhook_attempts_total{receiver="crm",outcome="delivered"}')).toBe(1);
  expect(all.get('parley_hook_questions_total{backend="gate",hook="join",outcome="refused"}')).toBe(1);
  expect(all.get('parley_hook_circuit_open{backend="gate"}')).toBe(1);
  expect([...all.keys()].some((name) => name.startsWith('parley_recording'))).toBe(true);
});

test('[OPS4] what happens is counted under its labels', async () => {
  const metrics = createMetrics({version: '1.2.3'});
  metrics.hub.sessionOpened('resumed');
  metrics.hub.sessionClosed('dropped');
  metrics.hub.roomRecovered(true, 7);
  metrics.hub.roomRecovered(false, 0);
  metrics.hub.requestDone('chat.send', 'ok', 3);
  metrics.hub.requestDone('chat.send', 'not_joined', 1);
  metrics.hub.feedReset();
  metrics.hub.callPeers(3);
  metrics.hub.callPeers(-1);
  metrics.hub.callBegan();
  metrics.hub.callEnded('lost');
  metrics.hub.callMediaBegan(400);
  metrics.hub.callPeerBack(2_500);
  metrics.media.carried('receive', {receivedBytes: 10, sentBytes: 1_000, loss: 0.015, roundTripMs: 40});
  metrics.media.carried('send', {receivedBytes: 500, sentBytes: 5, loss: 0, roundTripMs: undefined});
  metrics.media.workerDied();
  metrics.edge.connectionOpened('websocket');
  metrics.edge.connectionClosed('slow_consumer');
  metrics.edge.handshakeRefused('bad_token');
  metrics.edge.dropped(4);
  metrics.api.answered('/v1/push', 200, 12);
  const samples = await read(metrics);
  expect(Object.fromEntries(samples)).toMatchObject({
    [`parley_build_info{version="1.2.3",node_version="${process.version}"}`]: 1,
    'parley_sessions_opened_total{outcome="resumed"}': 1,
    'parley_sessions_opened_total{outcome="new"}': 0,
    'parley_sessions_closed_total{reason="dropped"}': 1,
    'parley_room_recoveries_total{recovered="true"}': 1,
    'parley_room_recoveries_total{recovered="false"}': 1,
    parley_replayed_events_total: 7,
    'parley_requests_total{request="chat.send",code="ok"}': 1,
    'parley_requests_total{request="chat.send",code="not_joined"}': 1,
    'parley_request_duration_seconds_count{request="chat.send"}': 2,
    'parley_request_duration_seconds_sum{request="chat.send"}': 0.004,
    parley_feed_resets_total: 1,
    parley_call_peers: 2,
    parley_calls_begun_total: 1,
    'parley_calls_ended_total{how="lost"}': 1,
    'parley_calls_ended_total{how="ended"}': 0,
    'parley_call_first_media_seconds_bucket{le="0.3"}': 0,
    'parley_call_first_media_seconds_bucket{le="0.5"}': 1,
    parley_call_resume_seconds_sum: 2.5,
    parley_media_received_bytes_total: 510,
    parley_media_sent_bytes_total: 1_005,
    'parley_media_loss_ratio_bucket{le="0.01",direction="receive"}': 0,
    'parley_media_loss_ratio_bucket{le="0.02",direction="receive"}': 1,
    'parley_media_loss_ratio_count{direction="send"}': 1,
    parley_media_round_trip_seconds_count: 1,
    parley_media_worker_deaths_total: 1,
    'parley_connections_opened_total{transport="websocket"}': 1,
    'parley_connections_closed_total{reason="slow_consumer"}': 1,
    'parley_handshakes_refused_total{code="bad_token"}': 1,
    parley_dropped_deliveries_total: 4,
    'parley_api_requests_total{route="/v1/push",status="2xx"}': 1,
  });
});

test('[OPS4] labels come from closed sets: what is made up is counted as other', async () => {
  const metrics = createMetrics({version: '1.2.3'});
  for (let name = 0; name < 100; name++) {
    metrics.hub.requestDone(`made.up.${name}`, 'unknown_request', 1);
    metrics.api.answered(`/made/up/${name}`, 404, 1);
  }
  const samples = await read(metrics);
  expect(samples.get('parley_requests_total{request="other",code="unknown_request"}')).toBe(100);
  expect(samples.get('parley_api_requests_total{route="other",status="4xx"}')).toBe(100);
  expect([...samples.keys()].filter((name) => /made[ ./]up/.test(name))).toEqual([]);
});

test('[OPS4] deliveries are counted between scrapes and never twice', async () => {
  const metrics = createMetrics({version: '1.2.3'});
  for (let turn = 1; turn <= 3; turn++) {
    metrics.edge.published('room', 10);
    metrics.edge.published('direct', 1);
    const samples = await read(metrics);
    expect(samples.get('parley_deliveries_total')).toBe(11 * turn);
    expect(samples.get('parley_publications_total{kind="room"}')).toBe(turn);
  }
});

test('[OPS4] gauges show what is so at the scrape; without a source they are absent', async () => {
  const metrics = createMetrics({version: '1.2.3'});
  let connections = 1;
  metrics.show({connections: () => connections, draining: () => true});
  expect((await read(metrics)).get('parley_connections')).toBe(1);
  connections = 5;
  const samples = await read(metrics);
  expect(samples.get('parley_connections')).toBe(5);
  expect(samples.get('parley_draining')).toBe(1);
  expect(samples.has('parley_redis_up')).toBe(false);
});

test('[OPS4] two nodes in one process count for themselves and share what is the process’s', async () => {
  const [one, other] = [createMetrics({version: '1.2.3'}), createMetrics({version: '1.2.3'})];
  one.hub.feedReset();
  expect((await read(other)).get('parley_feed_resets_total')).toBe(0);
  for (const metrics of [one, other]) {
    expect(await metrics.text()).toContain('nodejs_eventloop_lag_p99_seconds');
  }
});
