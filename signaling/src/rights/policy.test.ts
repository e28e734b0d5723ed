import {requests, roles} from '@parley/protocol';
import {expect, test} from 'vitest';
import {policy, reaches, reachOf} from './policy.js';

test('[PERM1] the table has a rule for every request of the contract, and for nothing else', () => {
  expect(Object.keys(policy).sort()).toEqual([...requests.keys()].sort());
});

test('[PERM1] a request that the table can refuse says so in the contract', () => {
  for (const [name, {who}] of Object.entries(policy)) {
    if (who === 'everyone') continue;
    const errors = requests.get(name)?.errors ?? [];
    expect(errors, name).toContain('forbidden');
  }
});

test('[PERM4] nobody but an owner reaches their own role, or one above', () => {
  for (const role of roles) {
    if (role === 'owner') expect(reachOf[role]).toEqual(roles);
    else expect(reachOf[role].filter((other) => reaches(other, role))).toEqual([]);
  }
});
