// How long imports by web-download take, beside curl and, with REFERENCE_URL and REFERENCE_TOKEN, a real Glance; and what
// 200 imports at once need. By hand: node test/bench/web-download.ts [GIB]. Listens on port 80, which a Glance allows.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { clientWith, type ImageClient, logIn } from "../runtime/image-client.ts";
import { runtimePid, startRuntime } from "../runtime/local-runtime.ts";

const MIB = 1024 ** 2;
const SIZE = Number(process.argv[2] ?? "1") * 1024 * MIB;
const SMALL = 5 * MIB;
const AT_ONCE = 200;
const block = randomBytes(64 * MIB);

const server = createServer((request, response) => {
  const size = request.url === "/small" ? SMALL : SIZE;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const [from, to] = [Number(first ?? 0), last ? Math.min(Number(last) + 1, size) : size];
  response.writeHead(first === undefined ? 200 : 206, {
    "Content-Length": to - from,
    ETag: '"one"',
    ...(first !== undefined && { "Content-Range": `bytes ${from}-${to - 1}/${size}` }),
  });
  function* bytes() {
    for (let at = from; at < to; ) {
      const begin = at % block.length;
      const some = block.subarray(begin, begin + Math.min(MIB, to - at, block.length - begin));
      yield some;
      at += some.length;
    }
  }
  pipeline(Readable.from(bytes()), response).catch(() => undefined);
});
server.listen(80, "127.0.0.1");
await once(server, "listening");

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began) / 1000;
}

async function imported(client: ImageClient, path: string, pollMs = 100): Promise<string> {
  const id = await client.create();
  const method = { name: "web-download", uri: `http://127.0.0.1${path}` };
  const headers = { "Content-Type": "application/json" };
  const answer = await client.fetch(`/v2/images/${id}/import`, {
    ...{ method: "POST", headers, body: JSON.stringify({ method }) },
  });
  if (answer.status !== 202) throw new Error(`import: ${answer.status} ${await answer.text()}`);
  for (;;) {
    const { status, os_glance_failed_import: failed = "" } = await client.show(id);
    if (status === "active") return id;
    // A real Glance has it queued yet when it answers.
    if (failed !== "") throw new Error(`the import of ${id} has failed`);
    await sleep(pollMs);
  }
}

const memoryMib = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** Processor seconds so far, of all threads: they say more than a clock where others are at work. */
const processorSeconds = (pid: number): number => {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
    .slice(11);
  return (Number(user) + Number(system)) / 100;
};

console.log(`${SIZE / MIB} MiB from a host on this machine, in seconds`);
const curl = () => once(spawn("curl", ["-sS", "-o", "/dev/null", "http://127.0.0.1/large"]), "exit");
console.log("curl to nowhere", await seconds(curl));
const { REFERENCE_URL, REFERENCE_TOKEN = "" } = process.env;
const runtime = await startRuntime({ environment: { GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32" } });
try {
  const demo = await logIn(runtime.url, "demo");
  const pid = runtimePid(runtime.home);
  await imported(demo, "/small");
  for (let round = 0; round < 2; round++) {
    if (REFERENCE_URL) {
      const reference = clientWith(REFERENCE_URL, REFERENCE_TOKEN);
      console.log("the reference Glance", await seconds(() => imported(reference, "/large")));
    }
    const before = processorSeconds(pid);
    console.log("here", await seconds(() => imported(demo, "/large")));
    console.log("of processors", Math.round((processorSeconds(pid) - before) * 10) / 10);
  }
  console.log(
    `memory of the runtime, all functions and emulators: ${Math.round(memoryMib(pid))} MiB at most`,
  );
  const all = () => Promise.all(Array.from({ length: AT_ONCE }, () => imported(demo, "/small", 5000)));
  console.log(`${AT_ONCE} imports of ${SMALL / MIB} MiB at once`, await seconds(all));
  console.log(`memory of the runtime: ${Math.round(memoryMib(pid))} MiB at most`);
} finally {
  await runtime.stop();
  runtime.remove();
  server.close();
}
