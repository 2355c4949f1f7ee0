/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/support/one-realm-environment.cjs',
  runtime: '<rootDir>/test/support/one-realm-runtime.cjs',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
          target: 'es2023',
          keepClassNames: true,
        },
        // A dynamic import becomes a require: native ones need Node's experimental VM modules under jest.
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    // Packages published as ES modules only; Node itself requires them as they are, jest does not.
    'node_modules/(@prisma/schema-engine-wasm|@marcbachmann/cel-js)/.+\\.js$': [
      '@swc/jest',
      { swcrc: false, jsc: { target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['node_modules/(?!@prisma/schema-engine-wasm/|@marcbachmann/cel-js/)'],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // For a test that waits once as long as it may, and does all the rest.
  testTimeout: 240_000,
  maxWorkers: 3,
};
