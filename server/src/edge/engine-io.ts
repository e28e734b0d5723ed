import {createRequire} from 'node:module';
import type * as EngineIo from 'engine.io';

const engineIo = createRequire(import.meta.url)('engine.io') as typeof EngineIo;

/** Engine.IO's server on uWS: in its CommonJS entry, and forgotten by its ES one. */
export const EngineServer = engineIo.uServer;
export type EngineServer = EngineIo.uServer;
