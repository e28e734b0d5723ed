import type {Scenario} from '../scenario.js';
import {fanout} from './fanout.js';
import {idle} from './idle.js';

export const scenarios: readonly Scenario[] = [fanout, idle];
