import type {Settings} from './variables.js';

/** What proves to NATS that the node may connect. */
export type NatsCredentials =
  | {readonly kind: 'password'; readonly user: string; readonly password: string}
  | {readonly kind: 'token'; readonly token: string}
  /** A file with a JWT and an NKey seed, as `nsc` makes it. */
  | {readonly kind: 'file'; readonly file: string};

export interface NatsTls {
  readonly caFile: string | undefined;
  /** What the node shows to servers that want to see a certificate. */
  readonly client: {readonly certFile: string; readonly keyFile: string} | undefined;
}

/** Where requests of backends come from by NATS, with the files that are still to be read. */
export interface NatsConfig {
  /** `host:port`; one or several of the same cluster. */
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials | undefined;
  /** Undefined: as the server wants it. */
  readonly tls: NatsTls | undefined;
  /** What the subjects begin with. */
  readonly prefix: string;
  /** Under way at a time. */
  readonly messages: number;
}

const onlyWithTls = ['PARLEY_NATS_TLS_CA', 'PARLEY_NATS_TLS_CERT', 'PARLEY_NATS_TLS_KEY'] as const;
const defaultPort = '4222';

/** Undefined if there is no NATS. The settings are free of contradictions. */
export function natsConfig(settings: Settings): NatsConfig | undefined {
  const urls = (settings.PARLEY_NATS_URL ?? []).map((text) => new URL(text));
  const [first] = urls;
  if (first === undefined) return undefined;
  return {
    servers: urls.map(({hostname, port}) => `${hostname}:${port || defaultPort}`),
    credentials: credentialsOf(first, settings.PARLEY_NATS_CREDS),
    tls: first.protocol === 'tls:' ? tlsOf(settings) : undefined,
    prefix: settings.PARLEY_NATS_SUBJECT,
    messages: settings.PARLEY_NATS_MESSAGES,
  };
}

function tlsOf(settings: Settings): NatsTls {
  const {PARLEY_NATS_TLS_CA: caFile, PARLEY_NATS_TLS_CERT: certFile, PARLEY_NATS_TLS_KEY: keyFile} = settings;
  return {caFile, client: certFile === undefined || keyFile === undefined ? undefined : {certFile, keyFile}};
}

function credentialsOf({username, password}: URL, file: string | undefined): NatsCredentials | undefined {
  if (file !== undefined) return {kind: 'file', file};
  if (username === '') return undefined;
  const user = decodeURIComponent(username);
  return password === ''
    ? {kind: 'token', token: user}
    : {kind: 'password', user, password: decodeURIComponent(password)};
}

/** What is wrong with what the settings say of NATS: a sentence each, naming the variables and no secret. */
export function natsContradictions(settings: Settings): string[] {
  const {PARLEY_NATS_CREDS: file} = settings;
  const [first, ...others] = (settings.PARLEY_NATS_URL ?? []).map((text) => new URL(text));
  if (first === undefined) {
    const given = (['PARLEY_NATS_CREDS', ...onlyWithTls] as const).filter((name) => settings[name] !== undefined);
    return given.map((name) => `${name} is set without PARLEY_NATS_URL; without it there is no NATS.`);
  }
  const problems: string[] = [];
  if (others.some(({protocol}) => protocol !== first.protocol)) {
    problems.push('PARLEY_NATS_URL mixes nats:// and tls://; all its addresses must have the same.');
  }
  const differs = ({username, password}: URL): boolean =>
    username !== '' && (username !== first.username || password !== first.password);
  if (others.some(differs)) {
    problems.push('PARLEY_NATS_URL has addresses with different users or passwords; say them with the first one.');
  }
  if (file !== undefined && first.username !== '') {
    problems.push('PARLEY_NATS_CREDS and the user in PARLEY_NATS_URL exclude one another; set one of them.');
  }
  const {PARLEY_NATS_TLS_CERT: cert, PARLEY_NATS_TLS_KEY: key} = settings;
  for (const name of onlyWithTls) {
    if (settings[name] === undefined || first.protocol === 'tls:') continue;
    problems.push(`${name} is set, but PARLEY_NATS_URL begins with nats://; TLS is tls://.`);
  }
  if ((cert === undefined) !== (key === undefined)) {
    const [has, lacks] = cert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    problems.push(`PARLEY_NATS_TLS_${has} is set without PARLEY_NATS_TLS_${lacks}; a client certificate needs both.`);
  }
  return problems;
}
