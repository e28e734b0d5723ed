export {createMemoryWorld, type MemoryWorld} from './world.js';
export {MemoryHookBackend, type Decide} from './hook-backend.js';
