import {isatty} from 'node:tty';
import {createApp, type App} from './app.js';
import {keySource} from './auth/key-source.js';
import {keysCommand} from './commands/keys.js';
import {ConfigError} from './config/config-error.js';
import type {Config} from './config/config.js';
import {describeSettings} from './config/describe-settings.js';
import {loadEnvironment} from './config/environment.js';
import {makeConfig} from './config/make-config.js';
import {openKeyShelf} from './connect-keys.js';
import {checkTls} from './edge/listen.js';
import {UnsupportedPlatform} from './edge/load-uws.js';
import {announce} from './lifecycle/announce.js';
import {Shutdown} from './lifecycle/shutdown.js';
import {createLogger} from './observability/logger.js';
import {readRedisTarget} from './read-redis-target.js';

/** The one file that touches the process: its arguments, signals, streams and exit code. */

const usage = `Usage: parley [--check-config]
       parley keys <command>

Starts a node. It is set by environment variables and the file .env, which docs/CONFIGURATION.md lists.

  --check-config   print the effective settings, without secrets, and end: with 0 if a node could start with them, else 1
  keys             make, list, rotate and revoke API keys, make those of web push; see parley keys --help
  --help           print this
`;

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'keys') {
    const shelf = () => openKeyShelf(loadEnvironment('.env'));
    process.stdout.write(await keysCommand(args.slice(1), {shelf, now: Date.now()}));
    return;
  }
  const [unknown] = args.filter((arg) => arg !== '--check-config' && arg !== '--help');
  if (unknown !== undefined) throw new ConfigError([`${unknown} is no argument of this program; see --help.`]);
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return;
  }
  const environment = loadEnvironment('.env');
  const config = makeConfig(environment);
  if (args.includes('--check-config')) {
    keySource(config.auth.key);
    checkTls(config.network);
    if (config.store.redis !== undefined) readRedisTarget(config.store.redis);
    process.stdout.write(`${describeSettings(environment)}\n`);
    return;
  }
  await run(config);
}

async function run(config: Config): Promise<void> {
  const log = createLogger({level: config.logLevel, format: isatty(1) ? 'human' : 'json'});
  const starting = createApp(config, {log});
  const shutdown = new Shutdown({
    close: async () => {
      // A start that failed has closed what it had opened, and says itself why.
      const app = await starting.catch(() => undefined);
      await app?.close();
    },
    exit: (code) => {
      log.flush();
      process.exit(code);
    },
    log,
    limitMs: config.drainMs,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      shutdown.request(signal);
    });
  }
  const fatal = (error: unknown): void => {
    shutdown.fail(error);
  };
  process.on('unhandledRejection', fatal);
  process.on('uncaughtException', fatal);

  const app: App = await starting;
  announce(app, config, log);
}

/** Failures of the start are for people: sentences without a stack, unless it is a defect of ours. */
function report(failure: unknown): void {
  const known = failure instanceof ConfigError || failure instanceof UnsupportedPlatform;
  process.stderr.write(`${known ? failure.message : inspectable(failure)}\n`);
  process.exit(1);
}

const inspectable = (failure: unknown): string =>
  failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);

main(process.argv.slice(2)).catch(report);
