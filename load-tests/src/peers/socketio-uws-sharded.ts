import {overRedis} from './over-redis.js';
import {serveOnUws} from './serve-on-uws.js';

serveOnUws(overRedis('sharded'));
