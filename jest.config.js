/** The tests run as they ship: compiled ECMAScript modules, the same files that the worker processes load. */
export default {
  rootDir: 'dist/test',
  testMatch: ['**/*.test.js'],
  transform: {},
  testEnvironment: 'node',
  testTimeout: 60_000,
  setupFiles: ['<rootDir>/support/seed-properties.js'],
  testSequencer: '<rootDir>/support/even-shards.js',
  globalSetup: '<rootDir>/support/global-setup.js',
  globalTeardown: '<rootDir>/support/global-teardown.js',
};
