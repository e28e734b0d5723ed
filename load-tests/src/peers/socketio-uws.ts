import {serveOnUws} from './serve-on-uws.js';

serveOnUws();
