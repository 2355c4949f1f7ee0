const { createRequire, isBuiltin } = require('node:module');
const { dirname, isAbsolute } = require('node:path');
const { Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** Jest's own and Temporal's worker, of which every suite has its own state, and what jest has to transform. */
const loadedByJest =
  /^(@jest\/|jest|expect$|@temporalio\/(worker|testing)$|@prisma\/schema-engine-wasm|@marcbachmann\/cel-js)/;

/** What was compiled for one suite serves the next one as well. */
const scripts = new Map();
const files = new Map();

/**
 * Every suite has the project's modules anew; packages are loaded once for all suites of a process, as Node loads them.
 * Jest would read, compile and run some thousand files of them again for each suite, and that was half of all its time.
 */
module.exports = class OneRealmRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    const { executor } = this;
    executor.compile = (source, file) => compiled(source, file, executor.injectedModuleParameters);
  }

  requireModuleOrMock(from, moduleName) {
    const file = fileOfPackage(from, moduleName);
    return file === undefined ? super.requireModuleOrMock(from, moduleName) : require(file);
  }
};

function compiled(source, file, parameters) {
  const known = scripts.get(file);
  if (known?.source === source) return known.script.runInThisContext();
  const script = new Script(`(function (${parameters.join(', ')}) {${source}\n})`, { filename: file });
  scripts.set(file, { source, script });
  return script.runInThisContext();
}

/** Undefined for what belongs to the project, to Node or to jest. */
function fileOfPackage(from, moduleName) {
  if (moduleName.startsWith('.') || isAbsolute(moduleName) || isBuiltin(moduleName)) return undefined;
  if (loadedByJest.test(moduleName)) return undefined;
  const asked = `${dirname(from)}\0${moduleName}`;
  if (!files.has(asked)) files.set(asked, createRequire(from).resolve(moduleName));
  return files.get(asked);
}
