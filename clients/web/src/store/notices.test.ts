import {expect, test} from 'vitest';
import {Notices} from './notices.js';

const push = (id: string, collapseKey?: string): Parameters<Notices['add']>[0] => ({
  id,
  topic: 'mail',
  data: null,
  at: 1,
  ...(collapseKey !== undefined && {collapseKey}),
});
const ids = ({list}: Notices): string[] => list.value.map(({id}) => id);

test('[PUSH8] notices are shown once, the newest first, and one of a collapse key instead of the one before', () => {
  const notices = new Notices();
  for (const one of [push('p1'), push('p2', 'score'), push('p1'), push('p3', 'score'), push('p4')]) notices.add(one);
  expect(ids(notices)).toEqual(['p4', 'p3', 'p1']);
  notices.dismiss('p3');
  expect(ids(notices)).toEqual(['p4', 'p1']);
  notices.clear();
  for (let n = 0; n < 150; n += 1) notices.add(push(`q${n}`));
  expect(ids(notices)).toHaveLength(100);
});
