import type {WebhookAdministration} from '../../../src/webhooks/webhooks.js';
import type {SampleBackstage} from './sample-backstage.js';

const event = {
  specversion: '1.0',
  id: 'w_1',
  source: '/parley',
  type: 'parley.session.opened',
  subject: 'user/ana',
  time: '2027-01-15T08:00:00.000Z',
  datacontenttype: 'application/json',
  data: {session: 'session-1', user: 'ana', name: 'Ana'},
} as const;

/** Answers like the backstage with samples, remembers in the same place what it was asked, and fails with it. */
export function sampleWebhooks(backstage: SampleBackstage): WebhookAdministration {
  const says =
    <T>(name: string, answer: T) =>
    (...asked: readonly unknown[]): Promise<T> => {
      backstage.asked.push([name, ...asked]);
      return backstage.failure === undefined ? Promise.resolve(answer) : Promise.reject(backstage.failure);
    };
  return {
    list: says('webhooks.list', [
      {receiver: 'crm', url: 'https://crm.example.org/', events: ['session.*'], queued: 3, parked: 1},
    ]),
    parked: says('webhooks.parked', {
      events: [{event, reason: 'status 500', attempts: 7, parkedAt: 1_800_000_000_000}],
      cursor: '1-1',
    }),
    replay: says('webhooks.replay', 2),
    discard: says('webhooks.discard', 1),
    ping: says('webhooks.ping', 'w_2'),
  };
}
