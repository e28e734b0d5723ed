export type {
  Admission,
  Backstage,
  Hub,
  HubLimits,
  HubObserver,
  HubOptions,
  Identity,
  LiveSession,
  PushReport,
  PushRequest,
  PushTarget,
} from './hub.js';
export type * from './ports.js';
