import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { chunkedPut } from "../runtime/chunked-put.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { freePort, type LocalRuntime, newHome, runtimePid, startRuntime } from "../runtime/local-runtime.ts";
import { callsOf, crashPoints } from "./crash-points.ts";

const MIB = 1024 ** 2;
const data = randomBytes(6 * MIB);
const hashes = {
  checksum: createHash("md5").update(data).digest("hex"),
  os_hash_value: createHash("sha512").update(data).digest("hex"),
};

let runtime: LocalRuntime | undefined;
afterEach(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  runtime?.remove();
});

interface Attempt {
  readonly path: string;
  readonly token: string;
}

/** One image with all parts stored, ready to be completed. */
async function uploadedAttempt(demo: ImageClient, url: string, id: string): Promise<Attempt> {
  const opened = await demo.fetch(`/v2/images/${id}/transfers`, {
    method: "POST",
    body: JSON.stringify({ size: data.length }),
  });
  const { id: transferId, token } = (await opened.json()) as { id: string; token: string };
  const attempt = { path: `/v2/images/${id}/transfers/${transferId}`, token };
  const parts = [data.subarray(0, 5 * MIB), data.subarray(5 * MIB)];
  const signed = await fetch(`${url}${attempt.path}/parts`, {
    method: "POST",
    headers: { "X-Image-Transfer-Token": token },
    body: JSON.stringify({ parts: parts.map((part, n) => ({ number: n + 1, size: part.length })) }),
  });
  const urls = ((await signed.json()) as { parts: { url: string }[] }).parts;
  for (const [n, part] of parts.entries()) {
    expect((await fetch(urls[n]?.url ?? "", { method: "PUT", body: part })).status).toBe(200);
  }
  return attempt;
}

const complete = (url: string, { path, token }: Attempt) =>
  fetch(`${url}${path}/complete`, {
    method: "POST",
    headers: { "X-Image-Transfer-Token": token },
    body: JSON.stringify({ size: data.length, ...hashes }),
  });

// Notifications leave beside the request, in no fixed order with its steps: test/runtime/notifications.kill.test.ts kills those.
const environment = { GLANCE_COMPLETION_RECOVERY_DELAY: "3", GLANCE_DISABLED_NOTIFICATIONS: "image" };

/** Starts, stores the parts, and completes; the runtime may be made to die on the way. */
async function run(crashAt?: string) {
  const home = newHome();
  const port = await freePort();
  runtime = await startRuntime({
    home,
    port,
    environment: { ...environment, ...(crashAt === undefined ? {} : { GLANCE_CRASH_AT: crashAt }) },
  });
  const demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  const attempt = await uploadedAttempt(demo, runtime.url, id);
  await sleep(300);
  const before = callsOf(home);
  const status = await complete(runtime.url, attempt).then(
    (response) => response.status,
    () => undefined,
  );
  return { home, port, id, attempt, before, status };
}

/**
 * Crash points `service:Operation:after:n` of every call that one completion makes, in order. Its last one hands the
 * bytes to the worker that verifies them, whose own calls come after the answer.
 */
async function completionPoints(): Promise<string[]> {
  const { home, before, status } = await run();
  expect(status).toBe(200);
  await sleep(300);
  const points = crashPoints(before, callsOf(home));
  await runtime?.stop();
  runtime?.remove();
  return points.slice(0, points.findLastIndex((point) => point.startsWith("sqs:SendMessage")) + 1);
}

const isSettled = (status: unknown) => status === "active" || status === "queued";

describe("kill -9 of the runtime", () => {
  it("between any two steps of a completion ends active with the right bytes, queued, or resumable", async () => {
    const points = await completionPoints();
    console.log(`completion makes ${points.length} calls: ${points.join(" ")}`);
    expect(points.length).toBeGreaterThan(5);
    const outcomes: Record<string, string> = {};
    for (const point of points) {
      const { home, port, id, attempt, status } = await run(point);
      expect(status === 200 ? "answered" : "killed", point).toBe("killed");
      runtime = await startRuntime({ home, port, environment });
      const demo = await logIn(runtime.url, "demo");
      let image = await demo.show(id);
      for (let tries = 0; !isSettled(image.status) && tries < 60; tries++) {
        await sleep(200);
        image = await demo.show(id);
      }
      outcomes[point] = String(image.status);
      // Still open: the client just says complete again.
      if (image.status === "saving") {
        expect((await complete(runtime.url, attempt)).status, point).toBe(200);
        outcomes[point] = "resumed";
      }
      if (image.status === "queued") expect((await demo.upload(id, data)).status, point).toBe(204);
      expect(await demo.show(id), point).toMatchObject({ status: "active", ...hashes });
      expect(Buffer.from(await demo.download(id)).equals(data), point).toBe(true);
      await runtime.stop();
      runtime.remove();
    }
    console.log(outcomes);
  });

  it("in the middle of a PUT leaves the image queued, and the next PUT works at once", async () => {
    const home = newHome();
    const port = await freePort();
    runtime = await startRuntime({ home, port });
    const demo = await logIn(runtime.url, "demo");
    const id = await demo.create();
    async function* slowly() {
      for (let n = 0; n < 100; n++) {
        yield randomBytes(MIB);
        if (n === 40) process.kill(runtimePid(home), "SIGKILL");
        if (n >= 40) await sleep(50);
      }
    }
    await expect(chunkedPut(`${runtime.url}/v2/images/${id}/file`, demo.token, slowly())).rejects.toThrow();
    await sleep(1000);

    runtime = await startRuntime({ home, port });
    const again = await logIn(runtime.url, "demo");
    expect((await again.show(id)).status).toBe("queued");
    expect((await again.upload(id, data)).status).toBe(204);
    expect(await again.show(id)).toMatchObject({ status: "active", ...hashes });
  });
});
