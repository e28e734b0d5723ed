import type {z} from 'zod';
import {ConfigError} from './config-error.js';
import {nearest} from './nearest.js';
import {configVariables, type ConfigVariable, type Settings} from './variables.js';

/** Names and texts, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const names: ReadonlySet<string> = new Set(configVariables.map((variable) => variable.name));

/**
 * Parses the environment. An empty text counts as not set, which is what `NAME=` in a compose file means.
 *
 * @throws {ConfigError} with every problem at once: unknown `PARLEY_…` names and unusable values.
 */
export function readSettings(environment: Environment): Settings {
  const problems = Object.keys(environment)
    .filter((name) => name.startsWith('PARLEY_') && !names.has(name))
    .map(unknown);
  const values: Record<string, unknown> = {};
  for (const variable of configVariables) {
    const text = textOf(variable, environment);
    if (text === undefined) continue;
    const parsed = variable.schema.safeParse(text);
    if (parsed.success) values[variable.name] = parsed.data;
    else problems.push(unusable(variable, text, parsed.error));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  // The table's schemas have just made these values under these names; only the type cannot follow the loop.
  return values as Settings;
}

function textOf(variable: ConfigVariable, environment: Environment): string | undefined {
  const text = environment[variable.name]?.trim();
  return text === undefined || text === '' ? variable.default : text;
}

function unknown(name: string): string {
  const meant = nearest(name, [...names]);
  return meant === undefined
    ? `${name} is not a setting; docs/CONFIGURATION.md lists all of them.`
    : `${name} is not a setting; did you mean ${meant}?`;
}

function unusable(variable: ConfigVariable, text: string, error: z.ZodError): string {
  const reasons = error.issues.map((issue) => issue.message).join(', and ');
  return `${variable.name} ${reasons}${variable.secret ? '' : `, but is "${text}"`}.`;
}
