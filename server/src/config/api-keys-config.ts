import type {Settings} from './variables.js';

/** What is wrong with what the settings say of the place of API keys: a sentence each, naming the variables. */
export function apiKeyContradictions(settings: Settings): string[] {
  if (!settings.PARLEY_API_KEYS_IN_REDIS) return [];
  const problems: string[] = [];
  if (settings.REDIS_URL === undefined) {
    problems.push('PARLEY_API_KEYS_IN_REDIS is set without REDIS_URL; without Redis keys are in PARLEY_API_KEYS_FILE.');
  }
  if (settings.PARLEY_API_KEYS_FILE !== undefined) {
    problems.push(
      'PARLEY_API_KEYS_FILE and PARLEY_API_KEYS_IN_REDIS exclude one another; "parley keys import" takes the keys of a file over.',
    );
  }
  return problems;
}
