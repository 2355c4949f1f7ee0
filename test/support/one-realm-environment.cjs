const { ModuleMocker } = require('jest-mock');

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/**
 * Suites run in the process as it is, without a global scope of their own: an error is an `Error` to the test, to the
 * product and to the packages alike, as outside of tests. What a suite changes of the process is put back after it.
 */
module.exports = class OneRealmEnvironment {
  constructor() {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = null;
    this.before = {
      console: globalThis.console,
      exit: process.exit,
      env: { ...process.env },
      listeners: new Map(signals.map((signal) => [signal, process.listeners(signal)])),
    };
  }

  async setup() {}

  async teardown() {
    const { console, exit, env, listeners } = this.before;
    globalThis.console = console;
    process.exit = exit;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    for (const [signal, earlier] of listeners) {
      for (const listener of process.listeners(signal)) {
        if (!earlier.includes(listener)) process.off(signal, listener);
      }
    }
    for (const key of Object.getOwnPropertySymbols(globalThis)) {
      // Jest's notes about the suite: its timeout, its handlers, its state.
      if (/^[A-Z_]+$/.test(key.description ?? '')) Reflect.deleteProperty(globalThis, key);
    }
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return globalThis;
  }
};
