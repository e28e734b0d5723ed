import {overRedis} from './over-redis.js';
import {serveOnWs} from './serve-on-ws.js';

serveOnWs(overRedis('classic'));
