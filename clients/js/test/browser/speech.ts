import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const rate = 48_000;
const seconds = 2;

/** A file that a synthetic microphone plays over and over: somebody who goes on humming, unlike Chromium's own short beeps. */
export class Speech implements AsyncDisposable {
  readonly #folder: string;

  static async write(): Promise<Speech> {
    const speech = new Speech(await mkdtemp(join(tmpdir(), 'parley-speech-')));
    await writeFile(speech.file, hum());
    return speech;
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  get file(): string {
    return join(this.#folder, 'hum.wav');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, {recursive: true});
  }
}

/** A WAVE file, 16 bit, of one channel: http://soundfile.sapp.org/doc/WaveFormat/. */
function hum(): Buffer {
  const samples = rate * seconds;
  const wave = Buffer.alloc(44 + samples * 2);
  wave.write('RIFF', 0);
  wave.writeUInt32LE(36 + samples * 2, 4);
  wave.write('WAVEfmt ', 8);
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(rate, 24);
  wave.writeUInt32LE(rate * 2, 28);
  wave.writeUInt16LE(2, 32);
  wave.writeUInt16LE(16, 34);
  wave.write('data', 36);
  wave.writeUInt32LE(samples * 2, 40);
  // Whole periods of each tone, so that the end meets the beginning; swelling as syllables do.
  for (let n = 0; n < samples; n += 1) {
    const turns = (n / rate) * 2 * Math.PI;
    const voice = Math.sin(turns * 180) + 0.5 * Math.sin(turns * 360) + 0.3 * Math.sin(turns * 540);
    wave.writeInt16LE(Math.round(9_000 * voice * (0.7 + 0.3 * Math.sin(turns * 3))), 44 + n * 2);
  }
  return wave;
}
