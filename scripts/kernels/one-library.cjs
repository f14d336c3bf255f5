/**
 * Preloaded (NODE_OPTIONS=--require) into every process of `npm run test:kernels`: where llama.cpp would choose among several
 * CPU kernel libraries, it is given the folder CAMELID_KERNELS, which holds one. A folder with one library only, as
 * src/inference/other-machines makes them, is left alone.
 */
const { readdirSync } = require("node:fs");
const { basename } = require("node:path");

const only = process.env.CAMELID_KERNELS;
const { dlopen } = process;

process.dlopen = (module, file, ...flags) => {
  dlopen.call(process, module, file, ...flags);
  if (basename(file) !== "llama-addon.node" || only === undefined) return;
  const { loadBackends } = module.exports;
  // The addon's own properties are read-only, so it becomes the prototype of what callers see.
  module.exports = Object.create(module.exports, {
    loadBackends: { value: (folder) => loadBackends(folder === undefined || !hasChoice(folder) ? folder : only) },
  });
};

function hasChoice(folder) {
  return readdirSync(folder).filter((name) => /^libggml-cpu-\w+\.so$/.test(name)).length > 1;
}
