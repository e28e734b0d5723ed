import js from '@eslint/js';
import globals from 'globals';
import {defineConfig} from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.{ts,tsx}', '**/test/**', 'signaling/src/testing/**'];
const configurations = ['**/*.config.{js,ts}', 'config/**'];

// no-restricted-syntax is replaced, not merged, by a later block: each block below names its whole list.
const noEnum = {selector: 'TSEnumDeclaration', message: 'Use a union of string literals.'};
const noDefault = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name, so that every place uses the same one.',
};
const noBarrel = {selector: 'ExportAllDeclaration[exported=null]', message: 'Name what is exported.'};
const noEnvironment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Read the environment in server/src/config only.',
};
const noExit = {
  selector: 'CallExpression[callee.object.name="process"][callee.property.name="exit"]',
  message: 'Only server/src/main.ts ends the process.',
};
const noOwnTime = [
  {
    selector: 'CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name="now"]',
    message: 'Ask the clock port for the time.',
  },
  {selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Ask the clock port for the time.'},
];
const everywhere = [noEnum, noDefault, noBarrel];

export default defineConfig(
  {ignores: ['**/generated/**', '**/dist/**', '**/.types/**', '**/node_modules/**', '**/coverage/**']},
  {linterOptions: {reportUnusedDisableDirectives: 'error'}},
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true, allowBoolean: true}],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true},
      ],
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_', varsIgnorePattern: '^_'}],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...everywhere, noEnvironment, noExit],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: {globals: globals.node},
    rules: {eqeqeq: 'error', 'no-restricted-syntax': ['error', noBarrel]},
  },
  {
    files: ['**/src/**/*.{ts,tsx}'],
    ignores: tests,
    rules: {'max-lines': ['error', {max: 300}]},
  },
  {
    files: ['signaling/src/**/*.ts', 'server/src/**/*.ts'],
    ignores: [...tests, 'server/src/clock.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          checkGlobalObject: true,
          globals: [
            {name: 'setTimeout', message: 'Use the clock port: its timers die with an AbortSignal.'},
            {name: 'setInterval', message: 'Use the clock port: its timers die with an AbortSignal.'},
          ],
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:timers', 'node:timers/promises', 'timers', 'timers/promises'].map((name) => ({
            name,
            message: 'Use the clock port.',
          })),
        },
      ],
    },
  },
  {
    files: ['signaling/src/**/*.ts'],
    ignores: tests,
    rules: {'no-restricted-syntax': ['error', ...everywhere, noEnvironment, noExit, ...noOwnTime]},
  },
  {
    files: [
      'server/src/config/**/*.ts',
      'server/src/config.ts',
      'scripts/**/*.ts',
      'load-tests/src/subjects/subject.ts',
      'load-tests/src/subjects/media-worker.ts',
      ...tests,
    ],
    rules: {'no-restricted-syntax': ['error', ...everywhere, noExit]},
  },
  {files: ['server/src/main.ts'], rules: {'no-restricted-syntax': ['error', ...everywhere, noEnvironment]}},
  {files: configurations, rules: {'no-restricted-syntax': ['error', noEnum, noBarrel]}},
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
);
