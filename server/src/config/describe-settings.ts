import type {Environment} from './read-settings.js';
import {configVariables} from './variables.js';

/** The effective settings, a line each: `NAME=value`, where it came from if that was not the environment, no secret. */
export function describeSettings(environment: Environment): string {
  return configVariables
    .map(({name, default: fallback, secret}) => {
      const text = environment[name]?.trim() ?? '';
      if (text !== '') return `${name}=${secret ? masked(text) : text}`;
      return fallback === undefined || fallback === '' ? `# ${name} is not set` : `${name}=${fallback} (default)`;
    })
    .join('\n');
}

const mask = '********';

/** Of addresses the passwords are hidden, of anything else everything. */
function masked(text: string): string {
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => URL.canParse(part))) return mask;
  return parts
    .map((part) => {
      const address = new URL(part);
      if (address.password !== '') address.password = mask;
      return address.href;
    })
    .join(',');
}
