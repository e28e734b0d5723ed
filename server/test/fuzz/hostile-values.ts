import type {SeededRandom} from '../chaos/seeded-random.js';

/** JSON texts that no schema of the contract takes, and that trip what trusts its input. */
const odd: readonly string[] = [
  'null',
  '[]',
  '{}',
  '""',
  '0',
  '-1',
  'true',
  '1e400',
  '-1e400',
  '9007199254740993',
  '[[]]',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0000"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
  '{"room":{"toString":null}}',
  '{"room":["r0"],"text":{"length":1}}',
  '{"":""}',
  '{"_placeholder":true,"num":0}',
  '{"then":1}',
  '{"length":4294967295}',
];

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + '1' + close.repeat(depth);

/** A JSON text that is hostile by form. */
export function hostileJson(random: SeededRandom): string {
  return random.weighted<() => string>([
    [20, () => random.pick(odd)],
    [1, () => nested(random.pick([10, 500, 3_000]), '[', ']')],
    [1, () => nested(random.pick([10, 500, 2_000]), '{"a":', '}')],
    [1, () => JSON.stringify({room: 'r0', id: 'm1', text: 'x'.repeat(random.pick([4_001, 10_000]))})],
    [1, () => JSON.stringify({room: 'r'.repeat(10_000)})],
    [1, () => `{${Array.from({length: 300}, (_, n) => `"k${n}":${n}`).join(',')}}`],
  ])();
}

/** The value with one thing wrong, somewhere: a field gone, one too many, of another type, or past its bound. */
export function nearly(value: unknown, random: SeededRandom): unknown {
  if (Array.isArray(value) && value.length > 0 && random.chance(0.7)) {
    const at = random.between(0, value.length - 1);
    return value.map((item: unknown, n) => (n === at ? nearly(item, random) : item));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const fields = Object.entries(value);
    const at = random.between(0, Math.max(0, fields.length - 1));
    return random.weighted<() => unknown>([
      [2, () => Object.fromEntries(fields.filter((_, n) => n !== at))],
      [1, () => ({...value, [random.pick(['extra', 'constructor', 'Room', ''])]: 1})],
      [5, () => Object.fromEntries(fields.map(([name, field], n) => [name, n === at ? nearly(field, random) : field]))],
    ])();
  }
  return random.pick<unknown>([
    null,
    '',
    'no such thing {}',
    -1,
    0.5,
    1e21,
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    true,
    [value],
    {value},
    typeof value === 'string' ? value.repeat(100) : 'text',
  ]);
}

/** Frames that are no request: of Engine.IO, of Socket.IO, or of nobody. Most of them end the connection. */
export function hostileFrame(random: SeededRandom): string | Uint8Array {
  return random.weighted<() => string | Uint8Array>([
    [
      6,
      () =>
        random.pick([
          '40',
          '40{}',
          '40/admin,',
          '41',
          '43',
          '430[]',
          '4399999[1]',
          '44',
          '46',
          '42',
          '42[]',
          '42[1,2]',
        ]),
    ],
    [4, () => random.pick(['0', '1', '2', '3', '5', '6', '7', '2probe', '', 'b', 'bAAAA', '4', '4[', 'x'])],
    [
      4,
      () =>
        random.pick([
          '450-',
          '451-["x"]',
          '451-["x",{"_placeholder":true,"num":7}]',
          '4599999999-["x"]',
          '45-1["x"]',
          '46-',
        ]),
    ],
    [
      2,
      () =>
        `42["${random.pick(['connect', 'disconnect', 'error', 'newListener', 'connect_error', 'disconnecting'])}",{}]`,
    ],
    [2, () => `4${hostileJson(random)}`],
    [2, () => Uint8Array.from({length: random.between(0, 64)}, () => random.between(0, 255))],
  ])();
}
