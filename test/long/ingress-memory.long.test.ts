import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chunkedPut } from "../runtime/chunked-put.ts";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

const MIB = 1024 ** 2;
const GIB = 1024 * MIB;

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

function ingressPid(home: string): string {
  const pid = readdirSync("/proc").find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      return command.includes("ingress/main.ts") && command.includes(home);
    } catch {
      return false;
    }
  });
  if (pid === undefined) throw new Error("the ingress is not running");
  return pid;
}

const residentMib = (pid: string): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

it("the ingress streams 3 GiB of unknown length in flat memory", async () => {
  const demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  const pid = ingressPid(runtime.home);
  const chunk = randomBytes(MIB);
  const peaks = [residentMib(pid), 0, 0, 0];
  function* body() {
    for (let sent = 0; sent < 3 * GIB; sent += chunk.length) {
      const third = Math.floor(sent / GIB) + 1;
      peaks[third] = Math.max(peaks[third] ?? 0, residentMib(pid));
      chunk.writeUInt32LE(sent / MIB, 0);
      yield Buffer.from(chunk);
    }
  }
  const began = Date.now();
  expect(await chunkedPut(`${runtime.url}/v2/images/${id}/file`, demo.token, body())).toBe(204);
  const seconds = (Date.now() - began) / 1000;
  const [idle = 0, first = 0, second = 0, last = 0] = peaks.map(Math.round);
  console.log(
    `ingress memory (RSS, MiB): idle ${idle}, peak in the first GiB ${first}, second ${second}, third ${last}; ` +
      `${Math.round((3 * 1024) / seconds)} MiB/s`,
  );
  // Parts grow from 8 to 16 MiB after the first GiB, five of them are held: 40 MiB more by design.
  expect(last).toBeLessThan(first + 100);
  expect(last).toBeLessThan(512);
  expect(await demo.show(id)).toMatchObject({ status: "active", size: 3 * GIB });
});
