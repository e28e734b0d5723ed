import {attend} from './attend.js';
import {bombard} from './bombard.js';
import {forward} from './forward.js';
import {joinAtOnce} from './join-at-once.js';
import {mingle} from './mingle.js';
import {outlast} from './outlast.js';
import {overload} from './overload.js';
import {resume} from './resume.js';

/** All jobs, by the names under which they are ordered. Peers need not be closed at their end: the process goes. */
export const jobs = {attend, bombard, joinAtOnce, forward, mingle, outlast, overload, resume};

export type Jobs = typeof jobs;
