import {createWorker} from 'mediasoup';
import type {TransportListenInfo, WebRtcServer, Worker} from 'mediasoup/types';
import type {MediaClock} from './clock.js';
import {textOf} from './errors.js';

export interface WorkerSettings {
  /** Path of the worker's program; mediasoup's own if not given. */
  readonly workerBin: string | undefined;
  readonly listenIp: string;
  /** What clients are told instead of `listenIp`. */
  readonly announcedAddress: string | undefined;
  /** UDP and TCP; any free ones if not given. */
  readonly port: number | undefined;
}

/** Why a worker could not be started: its program, or the port it was to listen on. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';
  readonly fault: 'program' | 'port';

  constructor(fault: 'program' | 'port', message: string) {
    super(message);
    this.fault = fault;
  }
}

/** A worker's process with its one port. */
export interface WorkerProcess {
  readonly worker: Worker;
  readonly webRtcServer: WebRtcServer;
}

/** How long a program may take to say that it is a media worker; one of another version may stay silent for ever. */
const startMs = 10_000;
const endMs = 2_000;
/**
 * Of a worker's UDP port, each way: what comes to all its calls while it waits for its processor for some tenths of a
 * second. What the system allows is less by default (`net.core.rmem_max`), and is what it is then.
 */
const bufferBytes = 4_194_304;

/** @throws WorkerStartError; no process is left then. */
export async function startWorker(settings: WorkerSettings, clock: MediaClock): Promise<WorkerProcess> {
  const worker = await spawn(settings.workerBin, clock);
  try {
    return {worker, webRtcServer: await worker.createWebRtcServer({listenInfos: listenInfos(settings)})};
  } catch (thrown) {
    await endWorker(worker, clock);
    const where = settings.port === undefined ? 'a free port' : `port ${settings.port}`;
    throw new WorkerStartError('port', `${settings.listenIp} ${where} (UDP and TCP): ${textOf(thrown)}`);
  }
}

/** Ends the process and resolves when it is gone. */
export async function endWorker(worker: Worker, clock: MediaClock): Promise<void> {
  if (worker.subprocessClosed) return;
  await new Promise<void>((resolve) => {
    const patience = clock.after(endMs, () => {
      kill(worker);
    });
    worker.once('subprocessclose', () => {
      patience.cancel();
      resolve();
    });
    worker.close();
  });
}

/** Ends a process that no longer listens; mediasoup then says that it died. */
export function kill(worker: Worker): void {
  if (worker.subprocessClosed) return;
  try {
    process.kill(worker.pid, 'SIGKILL');
  } catch {
    // It ended this very moment.
  }
}

function spawn(workerBin: string | undefined, clock: MediaClock): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const before = process.listeners('SIGTERM');
    const starting = createWorker({logLevel: 'warn', ...(workerBin !== undefined && {workerBin})});
    // A worker of mediasoup closes itself as soon as this process is asked to end. Here calls outlive the signal until
    // the drain has ended or moved them; the worker ends by `endWorker`, or with this process's end of the channel.
    const closers = process.listeners('SIGTERM').filter((listener) => !before.includes(listener));
    for (const closer of closers) {
      process.removeListener('SIGTERM', closer);
      process.removeListener('SIGINT', closer);
    }
    const patience = clock.after(startMs, () => {
      for (const close of closers) close('SIGTERM');
      reject(new WorkerStartError('program', 'it does not answer as a media worker of this version would'));
    });
    starting.then(
      (worker) => {
        patience.cancel();
        resolve(worker);
      },
      (thrown: unknown) => {
        patience.cancel();
        reject(new WorkerStartError('program', textOf(thrown)));
      },
    );
  });
}

function listenInfos({listenIp, announcedAddress, port}: WorkerSettings): TransportListenInfo[] {
  return (['udp', 'tcp'] as const).map((protocol) => ({
    protocol,
    ip: listenIp,
    ...(announcedAddress !== undefined && {announcedAddress}),
    ...(port !== undefined && {port}),
    ...(protocol === 'udp' && {recvBufferSize: bufferBytes, sendBufferSize: bufferBytes}),
  }));
}
