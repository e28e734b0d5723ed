/** Someone to look at in a picture of a call: drawn, because nobody real should have to sit there. */
export interface Portrait {
  readonly skin: Colour;
  readonly hair: Colour;
  readonly top: Colour;
  readonly wall: Colour;
  readonly longHair: boolean;
  /** From the middle, in widths of the picture. */
  readonly lean: number;
}

/** Red, green and blue, 0–255. */
export type Colour = readonly [number, number, number];

const width = 640;
const height = 360;
/** Looked at for a second or so: a few frames of slow breathing, over and over. */
const frames = 12;
const framesPerSecond = 10;

/** A film in YUV4MPEG2, as Chromium takes it in a camera's place. */
export function film(portrait: Portrait): Buffer {
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  const parts = Array.from({length: frames}, (_, index) => {
    const breath = Math.sin((index / frames) * 2 * Math.PI);
    return Buffer.concat([Buffer.from('FRAME\n'), frame((x, y) => colourAt(portrait, x, y + breath * 0.004))]);
  });
  return Buffer.concat([header, ...parts]);
}

/** `x` and `y` in heights of the picture, from its middle; later layers lie over earlier ones. */
function colourAt({skin, hair, top, wall, longHair, lean}: Portrait, x: number, y: number): Colour {
  const across = x - lean;
  const face = ellipse(across, y + 0.06, 0.15, 0.195);
  const light = Math.max(0, 1 - Math.hypot(x + 0.55, y + 0.35) * 0.9);
  const shade = (colour: Colour, by: number): Colour => mix(colour, [20, 22, 30], by);

  if (eyeOrMouth(across, y)) return shade(skin, 0.72);
  if (face && y + 0.06 > -0.115 + across * across * 2.2) return across > 0.085 ? shade(skin, 0.07) : skin;
  if (ellipse(across, y + 0.1, 0.172, 0.205) && y < 0.02) return hair;
  if (Math.abs(across) < 0.062 && y > 0 && y < 0.22) return shade(skin, 0.16);
  if (ellipse(across, y - 0.52, 0.37, 0.34)) return Math.abs(across) < 0.085 && y < 0.225 ? shade(skin, 0.08) : top;
  if (longHair && ellipse(across, y - 0.06, 0.205, 0.29)) return shade(hair, 0.12);
  return mix(wall, [255, 250, 240], light * 0.45);
}

function eyeOrMouth(x: number, y: number): boolean {
  const eye = ellipse(Math.abs(x) - 0.056, y + 0.065, 0.014, 0.019);
  const curve = y - 0.045 + x * x * 7;
  return eye || (Math.abs(x) < 0.05 && curve > -0.006 && curve < 0.007);
}

const ellipse = (x: number, y: number, a: number, b: number): boolean => (x / a) ** 2 + (y / b) ** 2 < 1;

const mix = (a: Colour, b: Colour, part: number): Colour => [
  a[0] + (b[0] - a[0]) * part,
  a[1] + (b[1] - a[1]) * part,
  a[2] + (b[2] - a[2]) * part,
];

/** One picture: full luma, and chroma once per four pixels. */
function frame(colour: (x: number, y: number) => Colour): Buffer {
  const luma = Buffer.alloc(width * height);
  const [blue, red] = [Buffer.alloc((width * height) / 4), Buffer.alloc((width * height) / 4)];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [r, g, b] = smooth(colour, column, row);
      luma[row * width + column] = 0.299 * r + 0.587 * g + 0.114 * b;
      if (row % 2 === 1 || column % 2 === 1) continue;
      const index = (row / 2) * (width / 2) + column / 2;
      blue[index] = 128 - 0.168736 * r - 0.331264 * g + 0.5 * b;
      red[index] = 128 + 0.5 * r - 0.418688 * g - 0.081312 * b;
    }
  }
  return Buffer.concat([luma, blue, red]);
}

/** The middle of four samples, or edges would be stairs. */
function smooth(colour: (x: number, y: number) => Colour, column: number, row: number): Colour {
  const at = (dx: number, dy: number): Colour =>
    colour((column + dx - width / 2) / height, (row + dy - height / 2) / height);
  return mix(mix(at(0.25, 0.25), at(0.75, 0.25), 0.5), mix(at(0.25, 0.75), at(0.75, 0.75), 0.5), 0.5);
}
