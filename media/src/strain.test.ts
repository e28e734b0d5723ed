import {expect, test} from 'vitest';
import {Strain, worst} from './strain.js';

/** Measures once a second, `seconds` long; the degrees that it came by. */
function under(strain: Strain, cpu: number, from: number, seconds: number): string[] {
  const seen = [strain.degree];
  for (let second = 0; second < seconds; second += 1) {
    strain.measured(cpu, (from + second) * 1_000);
    if (seen.at(-1) !== strain.degree) seen.push(strain.degree);
  }
  return seen;
}

test('a worker with room is spared nothing', () => {
  expect(under(new Strain(0.9), 0.7, 0, 60)).toEqual(['none']);
});

test('the degrees come one after the other, and each stays as long as it is needed', () => {
  const strain = new Strain(0.9);
  expect(under(strain, 0.95, 0, 3)).toEqual(['none', 'fewer', 'sound']);
  expect(under(strain, 0.95, 3, 60)).toEqual(['sound', 'full']);
  expect(under(strain, 0.8, 63, 60)).toEqual(['full']);
});

test('they are left late, one by one, and not by a moment’s rest', () => {
  const strain = new Strain(0.9);
  under(strain, 0.95, 0, 10);
  for (let round = 0; round < 10; round += 1) {
    expect(under(strain, 0.3, 10 + round * 10, 9)).toEqual(['full']);
    under(strain, 0.95, 19 + round * 10, 1);
  }
  expect(under(strain, 0.3, 110, 9)).toEqual(['full']);
  expect(under(strain, 0.3, 119, 10)).toEqual(['full', 'sound']);
  expect(under(strain, 0.3, 129, 60)).toEqual(['sound', 'fewer', 'none']);
});

test('a load that the degree relieves does not make it flap', () => {
  const strain = new Strain(1);
  let changes = 0;
  let before = strain.degree;
  for (let second = 0; second < 600; second += 1) {
    strain.measured(strain.degree === 'none' ? 0.85 : 0.7, second * 1_000);
    if (strain.degree !== before) changes += 1;
    before = strain.degree;
  }
  expect(changes).toBe(1);
});

test('of several workers the most strained counts', () => {
  expect(worst([])).toBe('none');
  expect(worst(['none', 'sound', 'fewer'])).toBe('sound');
});
