import process from 'node:process';

/** The tests run as they ship: compiled ECMAScript modules, the same files that the worker processes load. */
export default {
  rootDir: 'dist/test',
  testMatch: ['**/*.test.js'],
  transform: {},
  testEnvironment: 'node',
  // The long counts of --soak take as long as they take.
  testTimeout: process.env['SOAK'] === '1' ? 3_600_000 : 60_000,
  setupFiles: ['<rootDir>/support/end-contexts.js', '<rootDir>/support/seed-properties.js'],
  testSequencer: '<rootDir>/support/even-shards.js',
  globalSetup: '<rootDir>/support/global-setup.js',
  globalTeardown: '<rootDir>/support/global-teardown.js',
};
