import {expect, test} from 'vitest';
import {ResourceStack} from './resource-stack.js';

test('resources are closed backwards, each after the one before, and once', async () => {
  const order: string[] = [];
  const stack = new ResourceStack();
  const open = (name: string, delayMs: number): void => {
    stack.defer(async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      order.push(`${name} ends`);
    });
  };
  open('first', 0);
  open('second', 10);

  await Promise.all([stack.close(), stack.close()]);
  await stack.close();

  expect(order).toEqual(['second begins', 'second ends', 'first begins', 'first ends']);
});

test('what fails does not keep the others from being closed, and is told', async () => {
  const closed: string[] = [];
  const stack = new ResourceStack();
  stack.defer(() => void closed.push('first'));
  stack.defer(() => Promise.reject(new Error('second')));
  stack.defer(() => {
    throw new Error('third');
  });

  await expect(stack.close()).rejects.toMatchObject({errors: [{message: 'third'}, {message: 'second'}]});
  expect(closed).toEqual(['first']);
});

test('what comes after the end is refused, so that it is not forgotten', async () => {
  const stack = new ResourceStack();
  await stack.close();
  expect(() => {
    stack.defer(() => undefined);
  }).toThrow();
});
