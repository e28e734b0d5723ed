import {serveOnWs} from './serve-on-ws.js';

serveOnWs();
