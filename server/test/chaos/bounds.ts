import {resumeWindowMs} from './cluster.js';

/** How long the cluster may take to be whole again once nothing is broken any more. */
export const wholeMs = 25_000;

/** From vanishing to the end of a session: found silent, away, swept. */
export const forgottenMs = 3_000 + resumeWindowMs + 5_000;
