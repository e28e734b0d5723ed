import type {App} from '../app.js';
import type {Config} from '../config/config.js';
import {developmentApiKey} from '../config/variables/operations.js';
import type {Logger} from '../observability/logger.js';

/** Says where the node is to be found, and which conveniences of development are on. */
export function announce(
  {url, opsUrl, grpcAddress, node}: Pick<App, 'url' | 'opsUrl' | 'grpcAddress' | 'node'>,
  config: Config,
  log: Logger,
): void {
  for (const warning of conveniences(config)) log.warn(warning);
  if (config.store.redis === undefined) {
    log.info('this node runs alone and keeps everything in its memory; set REDIS_URL to share it with other nodes');
  }
  const entrance = url === undefined ? 'it runs calls and takes no clients' : `open ${url} in two tabs`;
  log.info(
    {node, url, opsUrl, ...(grpcAddress !== undefined && {grpcAddress})},
    `Parley is ready: ${entrance}; backends connect to ${opsUrl}/docs`,
  );
}

function conveniences({auth, operations}: Config): string[] {
  const said: string[] = [];
  if (auth.key.kind === 'random') {
    said.push(
      'tokens are signed with a random secret that is gone when this node ends; set PARLEY_AUTH_SECRET to keep it',
    );
  }
  if (auth.devTokens !== 'off') {
    const why =
      auth.devTokens === 'loopback' ? 'because only this machine can connect' : 'because PARLEY_DEV_TOKENS is 1';
    said.push(`POST /dev/token gives a token to whoever asks, ${why}`);
  }
  if (operations.apiKeys.includes(developmentApiKey)) {
    said.push(
      `the operations port takes the development key "${developmentApiKey}"; set PARLEY_API_KEYS to keys of your own`,
    );
  }
  return said;
}
