import {publicKeyOf} from '../../web-push/vapid.js';
import {address, flag, list, text} from '../values.js';
import {variable} from '../variable.js';

export const webPushVariables = {
  PARLEY_WEB_PUSH_KEY: variable({
    group: 'operations',
    schema: text.refine(
      (value) => publicKeyOf(value) !== undefined,
      'must be a private key as `npm run keys -- vapid` makes one',
    ),
    doc: 'The private half of the VAPID key that this server is known by at push services; `npm run keys -- vapid` makes one. With it, users who are away are told by web push of pushes with `notify`. The same on all nodes; with another one browsers subscribe anew when they connect.',
    secret: true,
  }),
  PARLEY_WEB_PUSH_CONTACT: variable({
    group: 'operations',
    schema: address('mailto:', 'https:'),
    doc: 'Whom push services may write to about this server: `mailto:` and an address, or a page. Apple’s takes no notes without one that exists.',
  }),
  PARLEY_WEB_PUSH_HOSTS: variable({
    group: 'operations',
    schema: list,
    default: '',
    doc: 'Push services that browsers may be at, such as `fcm.googleapis.com,updates.push.services.mozilla.com,push.apple.com,notify.windows.com`; what is below a name is meant too. Empty: any at a public name.',
  }),
  PARLEY_WEB_PUSH_ALLOW_PRIVATE: variable({
    group: 'operations',
    schema: flag,
    default: '0',
    doc: 'Whether push services may be at addresses that are not public, and without TLS: for tests, and for one of your own. A user could have this server send requests into your network.',
  }),
} as const;
