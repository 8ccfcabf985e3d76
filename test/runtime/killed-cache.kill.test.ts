import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 16 * MIB;
const SIZE = 6 * PART_BYTES + 12_345;
const data = randomBytes(SIZE);
const os_hash_value = createHash("sha512").update(data).digest("hex");

/** A slow host, which counts the bytes that it gives away. */
let given = 0;
async function* slowly(start: number, end: number) {
  for (let at = start; at <= end; at += MIB) {
    const chunk = data.subarray(at, Math.min(at + MIB, end + 1));
    given += chunk.length;
    yield chunk;
    await sleep(15);
  }
}
const server = createServer(async (request, response) => {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(from ?? 0);
  const end = to ? Math.min(Number(to), SIZE - 1) : SIZE - 1;
  const range = { "content-range": `bytes ${start}-${end}/${SIZE}` };
  const head = { "content-length": end - start + 1, etag: '"one"', "accept-ranges": "bytes" };
  response.writeHead(from === undefined ? 200 : 206, { ...head, ...(from !== undefined && range) });
  if (request.method === "HEAD") return response.end();
  // A reader that was killed breaks it off.
  return pipeline(slowly(start, end), response).catch(() => undefined);
});

let runtime: LocalRuntime | undefined;
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  server.closeAllConnections();
  server.close();
});

it("a copy goes on after kill -9 where it was, and costs no byte again but those in hand", async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const environment = {
    GLANCE_ENABLED_BACKENDS: "fast:s3,web:http",
    GLANCE_DEFAULT_BACKEND: "fast",
    GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
    GLANCE_ALLOWED_PORTS: String(port),
    GLANCE_IMAGE_CACHE_DIR: "cache",
  };
  runtime = await startRuntime({ environment });
  let demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  const validation_data = { os_hash_algo: "sha512", os_hash_value };
  const body = JSON.stringify({ url: `http://127.0.0.1:${port}/data`, validation_data });
  const headers = { "Content-Type": "application/json" };
  await demo.fetch(`/v2/images/${id}/locations`, { method: "POST", headers, body });
  await vi.waitFor(async () => expect((await demo.show(id)).status).toBe("active"), {
    timeout: 60_000,
    interval: 200,
  });

  given = 0;
  const bare = await logIn(runtime.gatewayUrl, "demo");
  const read = async () => (await bare.fetch(`/v2/images/${id}/file`)).text();
  const progress = async () => Number(/(\d+) percent are there/.exec(await read())?.[1] ?? 0);
  await vi.waitFor(async () => expect(await progress()).toBeGreaterThan(20), {
    timeout: 60_000,
    interval: 50,
  });
  await runtime.kill();
  runtime = await startRuntime({ environment, home: runtime.home, port: runtime.port });
  demo = await logIn(runtime.url, "demo");
  // The message comes again when its visibility timeout is over; the prefetcher is earlier, after two minutes.
  const { gatewayUrl, home } = runtime;
  const again = await logIn(gatewayUrl, "demo");
  await vi.waitFor(
    async () => {
      await runJob(home, "cache-prefetcher");
      expect((await again.fetch(`/v2/images/${id}/file`, { redirect: "manual" })).status).toBe(302);
    },
    { timeout: 240_000, interval: 2000 },
  );
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
  console.log(`${given} bytes given for ${SIZE}: ${(given - SIZE) / PART_BYTES} parts again`);
  expect(given - SIZE).toBeLessThanOrEqual(2 * PART_BYTES);
}, 400_000);
