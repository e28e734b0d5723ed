import {expect, test} from 'vitest';
import {Journal} from './journal.js';
import {Ledger} from './ledger.js';

/** Two clients of one room, both after offset 4 of epoch `e`. */
function begin(): {ledger: Ledger; ann: Journal; ben: Journal} {
  const ledger = new Ledger();
  const [ann, ben] = [new Journal('ann', 'red', ledger), new Journal('ben', 'red', ledger)];
  for (const journal of [ann, ben]) journal.begins({epoch: 'e', offset: 4}, 'joined');
  return {ledger, ann, ben};
}

const see = (journal: Journal, offset: number, what = `message cay/${offset}`, epoch = 'e'): void => {
  journal.event({epoch, offset}, what);
};

test('everything once and in order violates nothing', () => {
  const {ledger, ann, ben} = begin();
  for (const journal of [ann, ben]) for (const offset of [5, 6, 7]) see(journal, offset);
  ledger.accepts('cay', {room: 'red', epoch: 'e', offset: 7}, 'message cay/7');
  expect(ledger.violations).toEqual([]);
  expect(ledger.unseen(new Map([['red', 'e']]))).toEqual([]);
});

test('[FEED5] once all is settled after a loss, continuity may not be given up again', () => {
  const {ledger, ann} = begin();
  ledger.dataMayBeLost();
  ann.reset({epoch: 'f', offset: 5}, 'room.reset');
  ledger.settle(new Map([['red', 'f']]));
  see(ann, 6, 'message cay/6', 'f');
  expect(ledger.violations).toEqual([]);
  ann.reset({epoch: 'g', offset: 7}, 'room.reset');
  expect(ledger.violations.map(({what}) => what.slice(0, 6))).toEqual(['[SES4]']);
});

test.each<{what: string; rule: string; happens: (begun: ReturnType<typeof begin>) => void}>([
  {
    what: 'a hole',
    rule: 'FEED2',
    happens: ({ann}) => {
      see(ann, 6);
    },
  },
  {
    what: 'a double',
    rule: 'FEED2',
    happens: ({ann}) => {
      see(ann, 5);
      see(ann, 5);
    },
  },
  {
    what: 'another epoch without a word',
    rule: 'FEED2',
    happens: ({ann}) => {
      see(ann, 5, 'message cay/5', 'f');
    },
  },
  {
    what: 'a room after leaving it',
    rule: 'ROOM6',
    happens: ({ann}) => {
      ann.leaves('left');
      see(ann, 5);
    },
  },
  {
    what: 'different events at one place',
    rule: 'FEED1',
    happens: ({ann, ben}) => {
      see(ann, 5, 'message cay/5');
      see(ben, 5, 'message dan/1');
    },
  },
  {
    what: 'an acknowledgement that is not kept',
    rule: 'FEED1',
    happens: ({ledger, ann}) => {
      ledger.accepts('cay', {room: 'red', epoch: 'e', offset: 5}, 'message cay/1');
      see(ann, 5, 'message dan/1');
    },
  },
  {
    what: 'a message at two places',
    rule: 'CHAT3',
    happens: ({ann}) => {
      see(ann, 5, 'message cay/1');
      see(ann, 6, 'message cay/1');
    },
  },
  {
    what: 'a message in two rooms',
    rule: 'ROOM6',
    happens: ({ledger, ann}) => {
      see(ann, 5, 'message cay/1');
      ledger.accepts('cay', {room: 'blue', epoch: 'b', offset: 1}, 'message cay/1');
    },
  },
  {
    what: 'continuity given up for nothing',
    rule: 'SES4',
    happens: ({ann}) => {
      ann.reset({epoch: 'e', offset: 9}, 'room.reset');
    },
  },
  {
    what: 'a message in another room than it was written for',
    rule: 'ROOM6',
    happens: ({ledger, ann}) => {
      ledger.writes('blue', 'message cay/1');
      see(ann, 5, 'message cay/1');
    },
  },
])('[$rule] $what is a violation', ({rule, happens}) => {
  const begun = begin();
  happens(begun);
  expect(begun.ledger.violations).toHaveLength(1);
  expect(begun.ledger.violations[0]?.what).toContain(`[${rule}]`);
});

test('[FEED2] what is acknowledged and reaches nobody is found', () => {
  const {ledger, ann, ben} = begin();
  ledger.accepts('cay', {room: 'red', epoch: 'e', offset: 5}, 'message cay/1');
  const [unseen] = ledger.unseen(new Map([['red', 'e']]));
  expect(unseen).toEqual({room: 'red', epoch: 'e', offset: 5, identity: 'message cay/1'});
  expect(ann.isOwed(unseen!)).toBe(true);
  ann.reset({epoch: 'e', offset: 5}, 'room.reset');
  expect(ann.isOwed(unseen!)).toBe(false);
  ben.leaves('left');
  expect(ben.isOwed(unseen!)).toBe(false);
});

test('[ROOM2] a join that is told twice is found', () => {
  const {ledger, ann} = begin();
  see(ann, 5, 'member cay joined');
  see(ann, 6, 'member cay left');
  see(ann, 7, 'member cay joined');
  expect(ledger.doubleJoins()).toEqual([]);
  see(ann, 8, 'member cay joined');
  expect(ledger.doubleJoins()).toEqual(['cay in red e joined again at 8']);
});

test('[FEED5] once the store has lost data, members may be told so; what contradicts itself in the epoch that lasts is found', () => {
  const {ledger, ann, ben} = begin();
  ledger.dataMayBeLost();
  see(ann, 5, 'message cay/5');
  see(ben, 5, 'message dan/1');
  for (const journal of [ann, ben]) journal.reset({epoch: 'f', offset: 5}, 'room.reset');
  expect(ledger.violations).toEqual([]);
  expect(ledger.lasting(new Map([['red', 'f']]))).toEqual([]);
  expect(ledger.lasting(new Map([['red', 'e']]))).toHaveLength(1);
});
