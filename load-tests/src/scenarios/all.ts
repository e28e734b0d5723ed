import type {Scenario} from '../scenario.js';
import {crossnode} from './crossnode.js';
import {fanout} from './fanout.js';
import {idle} from './idle.js';

export const scenarios: readonly Scenario[] = [fanout, idle, crossnode];
