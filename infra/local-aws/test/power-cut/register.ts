// node --import register.ts: the emulators get recording-fs.ts for node:fs/promises, everybody else what Node has.
import { registerHooks } from "node:module";

const sources = new URL("../../", import.meta.url).href;
const tests = new URL("../", import.meta.url).href;
const recording = new URL("recording-fs.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = "" } = context;
    const isEmulators = parentURL.startsWith(sources) && !parentURL.startsWith(tests);
    return isEmulators && specifier === "node:fs/promises"
      ? { url: recording, format: "module-typescript", shortCircuit: true }
      : next(specifier, context);
  },
});
