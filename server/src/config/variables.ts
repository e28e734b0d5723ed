import type {ValueOf, Variable} from './variable.js';
import {clusterVariables} from './variables/cluster.js';
import {identityVariables} from './variables/identity.js';
import {limitVariables} from './variables/limits.js';
import {mediaVariables} from './variables/media.js';
import {natsVariables} from './variables/nats.js';
import {networkVariables} from './variables/network.js';
import {operationsVariables} from './variables/operations.js';
import {presenceVariables} from './variables/presence.js';
import {recordingVariables} from './variables/recording.js';
import {webPushVariables} from './variables/web-push.js';
import {hookVariables} from './variables/hooks.js';
import {webhookVariables} from './variables/webhooks.js';
import {redisVariables} from './variables/redis.js';

/** Every setting by the name of its environment variable: the one table that reading and the reference are made from. */
const table = {
  ...networkVariables,
  ...identityVariables,
  ...limitVariables,
  ...presenceVariables,
  ...redisVariables,
  ...clusterVariables,
  ...mediaVariables,
  ...recordingVariables,
  ...operationsVariables,
  ...natsVariables,
  ...webhookVariables,
  ...webPushVariables,
  ...hookVariables,
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof table;

/** What the environment says, parsed. */
export type Settings = {readonly [Name in VariableName]: ValueOf<(typeof table)[Name]>};

export interface ConfigVariable extends Variable {
  readonly name: string;
}

/** The table as a list, in the order of the reference. */
export const configVariables: readonly ConfigVariable[] = Object.entries<Variable>(table).map(([name, variable]) => ({
  name,
  ...variable,
}));
