import {call as definitions, callData, type media} from '@parley/protocol';
import type {Device, types} from 'mediasoup-client';
import type {ChannelData} from './data-sender.js';
import {iceServers} from './ice-credentials.js';
import {defined, iceCandidates} from './media-parameters.js';
import type {CallPort} from './port.js';

/** Travels with a produced track to the request that announces it. */
export interface ProduceData extends types.AppData {
  readonly source: definitions.ProducerSummary['source'];
  readonly id: string;
  readonly paused: boolean;
  readonly size: definitions.PictureSize | undefined;
  /** The producer that goes on by it. */
  readonly replaces: string | undefined;
  /** Whether it is paused at the server. */
  readonly began: (paused: boolean) => void;
}

const isProduceData = (data: types.AppData): data is ProduceData => 'source' in data && 'id' in data;
const isChannelData = (data: types.AppData): data is ChannelData => 'known' in data && 'id' in data;
const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

export interface TransportWish {
  readonly direction: 'send' | 'receive';
  readonly servers: readonly media.IceServer[];
  /** The one whose place it takes. */
  readonly replaces?: string;
}

/** Creates a transport at both ends. The browser's end connects by itself when it is first used. */
export async function createTransport(
  port: CallPort,
  device: Device,
  {direction, servers, replaces}: TransportWish,
): Promise<types.Transport> {
  const {room, ask, newId} = port;
  const asked = {room, id: newId(), direction, ...(replaces !== undefined && {replaces})};
  const created = await ask(definitions.transportCreate, asked, {repeatable: true});
  const options: types.TransportOptions = {
    id: created.transport,
    iceParameters: defined(created.iceParameters),
    iceCandidates: iceCandidates(created.iceCandidates),
    dtlsParameters: defined(created.dtlsParameters),
    sctpParameters: created.sctpParameters,
    iceServers: iceServers(servers),
  };
  const transport = direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
  transport.on('connect', ({dtlsParameters}, done, failed) => {
    const params = {room, transport: transport.id, dtlsParameters};
    ask(definitions.transportConnect, params, {repeatable: true}).then(done, (error: unknown) => {
      failed(asError(error));
    });
  });
  transport.on('produce', ({kind, rtpParameters, appData}, done, failed) => {
    produce(port, transport.id, kind, rtpParameters, appData).then(done, (error: unknown) => {
      failed(asError(error));
    });
  });
  transport.on('producedata', (channel, done, failed) => {
    produceData(port, transport.id, channel).then(done, (error: unknown) => {
      failed(asError(error));
    });
  });
  return transport;
}

async function produceData(
  {room, ask}: CallPort,
  transport: string,
  {
    sctpStreamParameters,
    label = '',
    protocol = '',
    appData,
  }: {sctpStreamParameters: object; label?: string; protocol?: string; appData: types.AppData},
): Promise<{id: string}> {
  if (!isChannelData(appData)) throw new TypeError('A channel is opened without an id.');
  const {id, to, known} = appData;
  const asked = {room, id, transport, label, protocol, sctpStreamParameters, ...(to && {to: [...to]})};
  const {dataProducer} = await ask(callData.produce, callData.produce.params.parse(asked), {repeatable: true});
  known(dataProducer);
  return {id: dataProducer};
}

async function produce(
  {room, ask}: CallPort,
  transport: string,
  kind: types.MediaKind,
  rtpParameters: types.RtpParameters,
  data: types.AppData,
): Promise<{id: string}> {
  if (!isProduceData(data)) throw new TypeError('A track is produced without a source.');
  const {source, id, paused, size, replaces, began} = data;
  // Parsed by the contract: what browsers add and the engine does not know is dropped here already.
  const asked = {room, id, transport, kind, source, rtpParameters, paused, size, replaces};
  const answer = await ask(definitions.produce, definitions.produce.params.parse(asked), {repeatable: true});
  began(answer.paused);
  return {id: answer.producer};
}
