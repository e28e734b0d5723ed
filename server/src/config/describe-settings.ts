import type {Environment} from './read-settings.js';
import {configVariables} from './variables.js';

/** The effective settings, a line each: `NAME=value`, where it came from if that was not the environment, no secret. */
export function describeSettings(environment: Environment): string {
  return configVariables
    .map(({name, default: fallback, secret}) => {
      const text = environment[name]?.trim() ?? '';
      if (text !== '') return `${name}=${secret ? '********' : text}`;
      return fallback === undefined || fallback === '' ? `# ${name} is not set` : `${name}=${fallback} (default)`;
    })
    .join('\n');
}
