/** For embedding a node into another program, for its tests, and for the reference of its settings. */
export {createApp, type App, type AppParts} from './app.js';
export {ConfigError} from './config/config-error.js';
export type {Config} from './config/config.js';
export {makeConfig} from './config/make-config.js';
export {variableGroups, type VariableGroup} from './config/variable.js';
export {configVariables, type ConfigVariable} from './config/variables.js';
