import {readFileSync} from 'node:fs';
import {parseEnv} from 'node:util';
import {ConfigError} from './config-error.js';
import type {Environment} from './read-settings.js';

/**
 * The process's environment over the `.env` file, if there is one: what was exported for this start wins over what was
 * written down.
 */
export function loadEnvironment(envFile: string): Environment {
  return {...readEnvFile(envFile), ...process.env};
}

function readEnvFile(envFile: string): Environment {
  try {
    return parseEnv(readFileSync(envFile, 'utf8'));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new ConfigError([`The file ${envFile} cannot be read; make it readable or remove it.`]);
  }
}
