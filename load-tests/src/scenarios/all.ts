import type {Scenario} from '../scenario.js';
import {callBalance} from './call-balance.js';
import {callDrain, callPartDrain, mediaNodeKill, workerKill} from './call-failure.js';
import {callGhosts} from './call-ghosts.js';
import {callHosts} from './call-hosts.js';
import {callForward} from './call-forward.js';
import {callGarbage} from './call-garbage.js';
import {callJoin} from './call-join.js';
import {callOverload} from './call-overload.js';
import {callResume} from './call-resume.js';
import {crossnode} from './crossnode.js';
import {fanout} from './fanout.js';
import {flood} from './flood.js';
import {frozenNode} from './frozen-node.js';
import {jitter} from './jitter.js';
import {avalanche, nodeKill} from './node-death.js';
import {push} from './push.js';
import {pushAway} from './push-away.js';
import {redisOutage} from './redis-outage.js';
import {rollingRestart} from './rolling-restart.js';
import {idle} from './idle.js';
import {slowReader} from './slow-reader.js';
import {webhooks} from './webhooks.js';

export const scenarios: readonly Scenario[] = [
  fanout,
  idle,
  crossnode,
  slowReader,
  push,
  pushAway,
  webhooks,
  flood,
  jitter,
  avalanche,
  redisOutage,
  nodeKill,
  rollingRestart,
  frozenNode,
  callJoin,
  callForward,
  callOverload,
  callBalance,
  callGarbage,
  callResume,
  workerKill,
  mediaNodeKill,
  callDrain,
  callPartDrain,
  callGhosts,
  callHosts,
];
