import {expect, test} from 'vitest';
import {linkTo, readPageParameters} from './page-parameters.js';

const read = (query: string): ReturnType<typeof readPageParameters> =>
  readPageParameters(new URL(`http://127.0.0.1:7400/${query}`));

test('a link names room and person', () => {
  expect(read('?room=lobby&name=Ada')).toEqual({room: 'lobby', name: 'Ada', urls: ['http://127.0.0.1:7400']});
});

test('other nodes come after the page’s own, once each, and only by HTTP', () => {
  const servers = 'http://127.0.0.1:7402/x, http://127.0.0.1:7400,javascript:alert(1),nonsense,https://b.example';
  expect(read(`?servers=${encodeURIComponent(servers)}`).urls).toEqual([
    'http://127.0.0.1:7400',
    'http://127.0.0.1:7402',
    'https://b.example',
  ]);
});

test('what does not fit is as if it was not there', () => {
  expect(read('?room=two%20words&name=%20%20')).toMatchObject({room: undefined, name: undefined});
});

test('a link for others carries the room and the servers, and not one’s own name', () => {
  expect(linkTo(new URL('http://h/?name=Ada&servers=http://b&room=x#y'), 'lobby')).toBe(
    'http://h/?servers=http%3A%2F%2Fb&room=lobby',
  );
});
