import {createServer} from 'node:http';
import {createWorker} from 'mediasoup';
import type {DtlsParameters, MediaKind, Producer, Router, RtpCapabilities, RtpParameters} from 'mediasoup/types';
import {WebSocketServer, type WebSocket} from 'ws';

/**
 * The floor: mediasoup driven by the shortest script that forwards. A client joins the room of its URL and is sent what
 * all others there publish, without identity, limits, pauses or anything that watches over a call.
 *
 * The media itself is what Parley gives its peers, or the two could not be compared: audio too may be asked for again,
 * for which a worker keeps what it sent for a while.
 *
 * Its argument is the program of the worker. Of requests, each with an `id` that its answer repeats, it knows those below.
 */
type Ask =
  | {readonly do: 'capabilities'}
  | {readonly do: 'transport'; readonly direction: 'send' | 'receive'}
  | {readonly do: 'connect'; readonly direction: 'send' | 'receive'; readonly dtlsParameters: DtlsParameters}
  | {readonly do: 'produce'; readonly kind: MediaKind; readonly rtpParameters: RtpParameters}
  | {readonly do: 'consume'; readonly rtpCapabilities: RtpCapabilities};
export type Question = Ask & {readonly id: number};

type Transport = Awaited<ReturnType<Router['createWebRtcTransport']>>;

interface Guest {
  readonly transports: Map<'send' | 'receive', Transport>;
  readonly producers: Producer[];
  rtpCapabilities: RtpCapabilities | undefined;
}

const worker = await createWorker({workerBin: process.argv[2] ?? '', logLevel: 'error'});
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [
    {protocol: 'udp', ip: '127.0.0.1', port: 0},
    {protocol: 'tcp', ip: '127.0.0.1', port: 0},
  ],
});
const rooms = new Map<string, {readonly router: Promise<Router>; readonly guests: Set<Guest>}>();

function roomOf(name: string) {
  let room = rooms.get(name);
  if (room === undefined) {
    const router = worker.createRouter({
      mediaCodecs: [
        {kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2},
        {kind: 'video', mimeType: 'video/VP8', clockRate: 90_000},
      ],
    });
    room = {router, guests: new Set()};
    rooms.set(name, room);
  }
  return room;
}

async function consume(guest: Guest, {id: producerId}: Producer): Promise<void> {
  const transport = guest.transports.get('receive');
  const {rtpCapabilities} = guest;
  if (transport && rtpCapabilities)
    await transport.consume({producerId, rtpCapabilities, paused: false, enableRtx: true});
}

async function answer(room: ReturnType<typeof roomOf>, guest: Guest, ask: Ask): Promise<unknown> {
  const router = await room.router;
  const others = (): Guest[] => [...room.guests].filter((other) => other !== guest);
  switch (ask.do) {
    case 'capabilities':
      return router.rtpCapabilities;
    case 'transport': {
      const transport = await router.createWebRtcTransport({webRtcServer});
      guest.transports.set(ask.direction, transport);
      const {iceParameters, iceCandidates, dtlsParameters} = transport;
      return {iceParameters, iceCandidates, dtlsParameters};
    }
    case 'connect':
      return guest.transports.get(ask.direction)?.connect({dtlsParameters: ask.dtlsParameters});
    case 'produce': {
      const {kind, rtpParameters} = ask;
      const producer = await guest.transports.get('send')?.produce({kind, rtpParameters});
      if (producer === undefined) return undefined;
      guest.producers.push(producer);
      return Promise.all(others().map((other) => consume(other, producer)));
    }
    case 'consume': {
      guest.rtpCapabilities = ask.rtpCapabilities;
      return Promise.all(others().flatMap(({producers}) => producers.map((producer) => consume(guest, producer))));
    }
  }
}

const server = createServer();
new WebSocketServer({server}).on('connection', (socket: WebSocket, {url}) => {
  const room = roomOf(url ?? '/');
  const guest: Guest = {transports: new Map(), producers: [], rtpCapabilities: undefined};
  room.guests.add(guest);
  socket.on('message', (data: Buffer) => {
    // It is spoken to by the load generator alone.
    const {id, ...ask} = JSON.parse(data.toString()) as Question;
    void answer(room, guest, ask).then((result) => {
      socket.send(JSON.stringify({id, result: result ?? null}));
    });
  });
  socket.on('close', () => {
    room.guests.delete(guest);
    for (const transport of guest.transports.values()) transport.close();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`listening on ${String(address.port)}\n`);
});
process.on('SIGTERM', () => {
  worker.close();
  process.kill(process.pid, 'SIGKILL');
});
