import {z} from 'zod';

/**
 * What a variable's text may be. Every message completes the sentence "PARLEY_X …", and none repeats the text, which
 * may be a secret; the reader of the environment adds it where it is not.
 */

export const text = z.string();

export const flag = z
  .string()
  .refine((value) => /^(1|0|true|false|yes|no|on|off)$/i.test(value), 'must be 1 or 0')
  .transform((value) => /^(1|true|yes|on)$/i.test(value));

export const integer = (min: number, max: number) =>
  z
    .string()
    .refine(
      (value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number);

export const port = integer(0, 65_535);

/** `7500-7599`; the first is not above the last. */
export const portRange = z
  .string()
  .refine((value) => {
    const {min, max} = toRange(value);
    return min >= 1_024 && max <= 65_535 && min <= max;
  }, 'must be two ports from 1024 to 65535, the lower one first, such as 7500-7599')
  .transform(toRange);

function toRange(value: string): {min: number; max: number} {
  const [, min, max] = /^(\d{1,5})-(\d{1,5})$/.exec(value) ?? [];
  return {min: Number(min), max: Number(max)};
}

const unitsMs: Readonly<Record<string, number>> = {ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000};
const durationText = /^(\d{1,12})(ms|s|m|h|d)$/;

/** `500ms`, `30s`, `2m`, `12h`, `7d`; the value is in milliseconds. A unit is required, so that nobody has to guess it. */
export const durationMs = (min: string, max: string) =>
  z
    .string()
    .refine((value) => {
      const ms = toMs(value);
      return ms !== undefined && ms >= (toMs(min) ?? 0) && ms <= (toMs(max) ?? Infinity);
    }, `must be a duration with its unit, such as 500ms, 30s, 2m, 12h or 7d, from ${min} to ${max}`)
    .transform((value) => toMs(value) ?? 0);

function toMs(value: string): number | undefined {
  const [, amount, unit] = durationText.exec(value) ?? [];
  const factor = unitsMs[unit ?? ''];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

const sizeUnits: Readonly<Record<string, number>> = {'': 1, KiB: 1_024, MiB: 1_024 ** 2, GiB: 1_024 ** 3};
const sizeText = /^(\d{1,12})(KiB|MiB|GiB|)$/;

/** `65536`, `64KiB`, `8MiB`; the value is in bytes. */
export const sizeBytes = (min: string, max: string) =>
  z
    .string()
    .refine((value) => {
      const bytes = toBytes(value);
      return bytes !== undefined && bytes >= (toBytes(min) ?? 0) && bytes <= (toBytes(max) ?? Infinity);
    }, `must be a size in bytes, or with KiB, MiB or GiB, from ${min} to ${max}`)
    .transform((value) => toBytes(value) ?? 0);

function toBytes(value: string): number | undefined {
  const [, amount, unit] = sizeText.exec(value) ?? [];
  const factor = sizeUnits[unit ?? ''];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

const percentText = /^(\d{1,3})%$/;

/** `92%`; the value is a share, 0.92. */
export const percent = (min: number, max: number) =>
  z
    .string()
    .refine((value) => {
      const amount = percentText.exec(value)?.[1];
      return amount !== undefined && Number(amount) >= min && Number(amount) <= max;
    }, `must be a whole percentage from ${min}% to ${max}%`)
    .transform((value) => Number.parseInt(value, 10) / 100);

/** Comma-separated; blanks around the parts are dropped, and so are empty parts. */
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** An address whose scheme is one of `protocols`, which are written as `https:`. */
export const address = (...protocols: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

export const oneOf = <const Options extends readonly [string, ...string[]]>(options: Options) =>
  z.enum(options, {error: () => `must be one of ${options.join(', ')}`});
