export {createMemoryWorld, type MemoryWorld} from './world.js';
