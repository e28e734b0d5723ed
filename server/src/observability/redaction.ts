/** Fields that are never written, whatever they hold, up to two levels deep. */
export const secretFields: readonly string[] = [
  'token',
  'authorization',
  'cookie',
  'secret',
  'password',
  'apiKey',
  'apiKeys',
  'resumeKey',
  'key',
  'nextKey',
];

export const redactedPaths: readonly string[] = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

export const censored = '[redacted]';

/** What gives itself away by its form, wherever it stands: in the text of a foreign error, in an address. */
const secretForms: readonly (readonly [RegExp, string])[] = [
  // JSON Web Tokens: the three parts, the first two of which begin with an encoded `{"`.
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g, censored],
  [/\b(bearer|basic) +[\w.~+/=:-]+/gi, `$1 ${censored}`],
  // Passwords in addresses, such as redis://user:password@host.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"\\]*):[^\s/@"\\]+@/gi, `$1:${censored}@`],
];

/** Takes secrets out of a finished log line; what stays of valid JSON is valid JSON. */
export function scrub(line: string): string {
  let clean = line;
  for (const [form, replacement] of secretForms) clean = clean.replace(form, replacement);
  return clean;
}
