/** For embedding a node into another program, for its tests, for the reference of its settings, and for making clients of its API. */
export {grpcVerbs, type GrpcVerb} from './api/grpc/grpc-verbs.js';
export {protoFiles} from './api/grpc/protos.js';
export {httpVerbs, type HttpVerb} from './api/http-verbs.js';
export {watch} from './api/watch/watch.js';
export {createApp, type App, type AppParts} from './app.js';
export {ConfigError} from './config/config-error.js';
export type {Config} from './config/config.js';
export {makeConfig} from './config/make-config.js';
export {variableGroups, type VariableGroup} from './config/variable.js';
export {configVariables, type ConfigVariable} from './config/variables.js';
