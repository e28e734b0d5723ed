import {signal, type ReadonlySignal} from '@preact/signals';
import {explainMediaError, insecureContext, type DeviceKind, type MediaProblem} from './media-problem.js';

/** One's own camera or microphone. */
export type Device =
  | {readonly state: 'off'}
  | {readonly state: 'starting'}
  | {readonly state: 'on'; readonly track: MediaStreamTrack}
  | {readonly state: 'problem'; readonly problem: MediaProblem};

export type Choice = DeviceKind | 'speaker';

const lists = {camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput'} as const;

/** Cameras, microphones and speakers: what there is, what was chosen, what is running. */
export class LocalMedia {
  readonly #devices = {camera: signal<Device>({state: 'off'}), microphone: signal<Device>({state: 'off'})};
  /** Rises with every start and stop, so that a slow start that was overtaken ends its own track. */
  readonly #turns = {camera: 0, microphone: 0};
  readonly #muted = signal(false);
  readonly #available = signal<readonly MediaDeviceInfo[]>([]);
  readonly #chosen = signal<Readonly<Partial<Record<Choice, string>>>>({});
  readonly #refresh = (): void => void this.#list();
  #closed = false;

  constructor() {
    if (isSupported()) navigator.mediaDevices.addEventListener('devicechange', this.#refresh);
  }

  get camera(): ReadonlySignal<Device> {
    return this.#devices.camera;
  }

  get microphone(): ReadonlySignal<Device> {
    return this.#devices.microphone;
  }

  /** The microphone runs, but nothing of it is to be heard. */
  get muted(): ReadonlySignal<boolean> {
    return this.#muted;
  }

  /** The device ids that were chosen; none means the system's default. */
  get chosen(): ReadonlySignal<Readonly<Partial<Record<Choice, string>>>> {
    return this.#chosen;
  }

  /** Whether there is any at all, which browsers tell before the page may use it. */
  has(kind: Choice): boolean {
    return this.#available.value.some((device) => device.kind === lists[kind]);
  }

  /** Names are empty until the page may use devices: then there is nothing to choose from. */
  choices(kind: Choice): readonly MediaDeviceInfo[] {
    return this.#available.value.filter((device) => device.kind === lists[kind] && device.deviceId !== '');
  }

  /** Starts what the others may be shown. Both are asked for together, so that the browser asks the person once. */
  async startAll({camera, microphone}: Readonly<Record<DeviceKind, boolean>>): Promise<void> {
    if (camera && microphone) await this.#startBoth();
    else if (camera) await this.start('camera');
    else if (microphone) await this.start('microphone');
  }

  async start(kind: DeviceKind): Promise<void> {
    const turn = this.#begin(kind);
    if (!isSupported()) return;
    try {
      const media = kind === 'camera' ? 'video' : 'audio';
      const stream = await navigator.mediaDevices.getUserMedia({[media]: this.#constraints(kind)});
      this.#began(kind, turn, stream.getTracks()[0]);
    } catch (error) {
      this.#fail(kind, turn, error);
    }
    await this.#list();
  }

  stop(kind: DeviceKind): void {
    this.#turns[kind]++;
    this.#become(kind, {state: 'off'});
  }

  async toggleCamera(): Promise<void> {
    if (this.camera.value.state === 'on') this.stop('camera');
    else await this.start('camera');
  }

  /** Silent until it is unmuted here. */
  mute(): void {
    this.#muted.value = true;
  }

  /** Muting keeps the microphone running, so that the next word is not cut off. */
  async toggleMicrophone(): Promise<void> {
    if (this.microphone.value.state === 'on') this.#muted.value = !this.#muted.value;
    else {
      this.#muted.value = false;
      await this.start('microphone');
    }
  }

  async choose(kind: Choice, deviceId: string): Promise<void> {
    this.#chosen.value = {...this.#chosen.value, [kind]: deviceId};
    if (kind !== 'speaker' && this.#devices[kind].value.state !== 'off') await this.start(kind);
  }

  close(): void {
    this.#closed = true;
    this.stop('camera');
    this.stop('microphone');
    if (isSupported()) navigator.mediaDevices.removeEventListener('devicechange', this.#refresh);
  }

  async #startBoth(): Promise<void> {
    const turns = [this.#begin('camera'), this.#begin('microphone')] as const;
    if (!isSupported()) return;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: this.#constraints('camera'),
        audio: this.#constraints('microphone'),
      });
      this.#began('camera', turns[0], stream.getVideoTracks()[0]);
      this.#began('microphone', turns[1], stream.getAudioTracks()[0]);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') {
        this.#fail('camera', turns[0], error);
        this.#fail('microphone', turns[1], error);
      } else {
        // One of the two spoils both: ask for each, to know which.
        await Promise.all([this.start('camera'), this.start('microphone')]);
      }
    }
    await this.#list();
  }

  #constraints(kind: DeviceKind): MediaTrackConstraints {
    const deviceId = this.#chosen.value[kind];
    const device = deviceId === undefined ? {} : {deviceId: {exact: deviceId}};
    return kind === 'camera' ? {...device, width: {ideal: 1280}, height: {ideal: 720}} : device;
  }

  #begin(kind: DeviceKind): number {
    const turn = ++this.#turns[kind];
    // A running track goes on until its successor is there: others see no gap.
    if (!isSupported()) this.#become(kind, {state: 'problem', problem: insecureContext(kind)});
    else if (this.#devices[kind].value.state !== 'on') this.#become(kind, {state: 'starting'});
    return turn;
  }

  #began(kind: DeviceKind, turn: number, track: MediaStreamTrack | undefined): void {
    if (track === undefined) return;
    if (turn !== this.#turns[kind] || this.#closed) {
      track.stop();
      return;
    }
    track.addEventListener('ended', () => {
      // Unplugged, or taken away by the browser's own controls.
      const device = this.#devices[kind].value;
      if (device.state === 'on' && device.track === track) this.stop(kind);
    });
    this.#become(kind, {state: 'on', track});
  }

  #fail(kind: DeviceKind, turn: number, error: unknown): void {
    if (turn === this.#turns[kind]) this.#become(kind, {state: 'problem', problem: explainMediaError(kind, error)});
  }

  #become(kind: DeviceKind, next: Device): void {
    const before = this.#devices[kind].value;
    this.#devices[kind].value = next;
    if (before.state === 'on' && !(next.state === 'on' && next.track === before.track)) before.track.stop();
  }

  async #list(): Promise<void> {
    if (isSupported()) this.#available.value = await navigator.mediaDevices.enumerateDevices();
  }
}

/** Pages that are not served securely have no `mediaDevices` at all, whatever the types say. */
const isSupported = (): boolean => 'mediaDevices' in navigator;

export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;
