// Loaded before the local runtime (NODE_OPTIONS), and in each of its threads: a clock that can be set forward, functions
// that can be ended, and buckets that are slow or down. A socket, SOAK_CONTROL, says which; nothing of it is in the
// service's own code.
import fsPromises from "node:fs/promises";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import workerThreads from "node:worker_threads";
import { mostJumps, moveClock } from "./moved-clock.mjs";
import { makeServersTroubled, numberOf } from "./troubled-servers.mjs";

const name = "soak";

/** Every thread that is started loads this file, too. Answers those that run. */
function makeThreadsFollow() {
  const threads = new Set();
  class Followed extends workerThreads.Worker {
    constructor(file, options = {}) {
      // A function's environment has nothing of ours, so that its options say what to load.
      super(file, { ...options, execArgv: [...(options.execArgv ?? []), "--import", import.meta.url] });
      this.functionName = options.workerData?.functionName;
      threads.add(this);
      this.once("exit", () => threads.delete(this));
    }
  }
  workerThreads.Worker = Followed;
  return threads;
}

function serveControl(path, orders) {
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const answer = await orders[request.url.slice(1)]?.(JSON.parse(text || "{}"));
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  server.listen(path);
  server.unref();
}

async function controlRuntime(path) {
  await fsPromises.rm(path, { force: true });
  const clock = new Float64Array(new SharedArrayBuffer(8 * (1 + 2 * mostJumps)));
  const trouble = new Int32Array(new SharedArrayBuffer(8));
  workerThreads.setEnvironmentData(name, { clock, trouble });
  const jump = (at, offset) => {
    clock.set([at, offset], 1 + 2 * clock[0]);
    clock[0]++;
  };
  for (const [at, offset] of JSON.parse(process.env.SOAK_JUMPS ?? "[]")) jump(at, offset);
  const threads = makeThreadsFollow();
  serveControl(path, {
    jump: ({ at, offset }) => {
      jump(at, offset);
      return { now: Date.now() };
    },
    /** Ends one running instance, as Lambda does with one that takes too much memory. */
    end: async ({ draw }) => {
      const all = [...threads].filter(({ functionName }) => functionName !== undefined);
      const thread = all[Math.floor(draw * all.length)];
      await thread?.terminate();
      return { ended: thread?.functionName ?? null };
    },
    store: ({ bucket, delayMs = 0 }) => {
      trouble.set([bucket === undefined ? 0 : numberOf(bucket), delayMs]);
      return { bucket, delayMs };
    },
  });
  makeServersTroubled(trouble);
  moveClock(clock);
}

if (!workerThreads.isMainThread) {
  const shared = workerThreads.getEnvironmentData(name);
  if (shared) {
    makeServersTroubled(shared.trouble);
    moveClock(shared.clock);
  }
} else if (process.env.SOAK_CONTROL && process.argv[1]?.endsWith("infra/local/main.ts")) {
  await controlRuntime(process.env.SOAK_CONTROL);
}
syncBuiltinESMExports();
