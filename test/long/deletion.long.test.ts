import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { deleteAndRestore } from "../runtime/deletion-load.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { freePort, type LocalRuntime, newHome, startRuntime } from "../runtime/local-runtime.ts";
import { fireJob } from "../runtime/run-job.ts";
import { callsOf, crashPoints } from "./crash-points.ts";

const data = randomBytes(100_000);
// Notifications leave beside the scrub, in no fixed order with its steps.
const environment = { GLANCE_DELAYED_DELETE: "true", GLANCE_DISABLED_NOTIFICATIONS: "image" };

let runtime: LocalRuntime | undefined;
afterEach(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  runtime?.remove();
});

/** Scrubs one deleted image; the runtime may be made to die on the way. */
async function scrubOne(crashAt?: string) {
  const home = newHome();
  const port = await freePort();
  runtime = await startRuntime({
    home,
    port,
    environment: { ...environment, ...(crashAt === undefined ? {} : { GLANCE_CRASH_AT: crashAt }) },
  });
  const demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  expect((await demo.upload(id, data)).status).toBe(204);
  // The verification that follows an upload must not mix its calls with the scrubber's.
  await sleep(1500);
  expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
  await sleep(300);
  const before = callsOf(home);
  const status = await fireJob(home, "scrubber").then(
    (answer) => answer.status,
    () => undefined,
  );
  await sleep(1500);
  return { home, port, id, before, status };
}

/** Crash points of every call that one scrub and the deletion after it make, in order. */
async function scrubPoints(): Promise<string[]> {
  const { home, before, status } = await scrubOne();
  expect(status).toBe(200);
  const points = crashPoints(before, callsOf(home)).filter((point) => !point.includes(":ReceiveMessage:"));
  await runtime?.stop();
  runtime?.remove();
  return points;
}

const act = async (admin: ImageClient, id: string, name: string) => {
  const answer = await admin.fetch(`/v2/images/${id}/actions/${name}`, { method: "POST" });
  return { status: answer.status, text: await answer.text() };
};

describe("kill -9 of the runtime", () => {
  it("between any two steps of a scrub leaves an image that can be brought back whole, and no bytes unowned", async () => {
    const points = await scrubPoints();
    console.log(`a scrub makes ${points.length} calls: ${points.join(" ")}`);
    expect(points.length).toBeGreaterThan(6);
    const outcomes: Record<string, string> = {};
    for (const point of points) {
      const { home, port, id } = await scrubOne(point);
      if (runtime?.process.exitCode === null) {
        outcomes[point] = "not reached";
        await runtime.stop();
        runtime.remove();
        continue;
      }
      runtime = await startRuntime({ home, port, environment });
      const admin = await logIn(runtime.url, "admin");
      expect((await admin.fetch(`/v2/images/${id}`)).status, point).toBe(404);
      const restored = await act(admin, id, "restore");
      outcomes[point] = "restored";
      if (restored.status !== 204) {
        expect(restored.text, point).toContain("cannot restore the image from deleted to active");
        let recovered = await act(admin, id, "recover");
        // Killed with a deletion in hand, it is the reaper that has it done, minutes later: waited for once.
        const tries = point.startsWith("s3:DeleteObject") ? 45 : 2;
        for (let n = 0; recovered.status === 409 && n < tries; n++) {
          await sleep(10_000);
          await fireJob(home, "reaper");
          await sleep(1000);
          recovered = await act(admin, id, "recover");
        }
        outcomes[point] = recovered.status === 204 ? "recovered" : "being deleted";
        if (tries > 2) expect(recovered.status, point).toBe(204);
        if (recovered.status !== 204) expect(recovered.text, point).toContain("are being deleted");
      }
      if (outcomes[point] !== "being deleted")
        expect(Buffer.from(await admin.download(id)).equals(data), point).toBe(true);
      await runtime.stop();
      runtime.remove();
    }
    console.log(outcomes);
    const missed = Object.values(outcomes).filter((outcome) => outcome === "not reached");
    expect(missed.length).toBeLessThan(points.length / 3);
    expect(Object.values(outcomes)).toContain("restored");
    expect(Object.values(outcomes)).toContain("recovered");
  }, 1_800_000);
});

it("deleting, restoring and recovering for a minute, images are there whole or not at all", async () => {
  runtime = await startRuntime({ environment });
  const { faults, ...counts } = await deleteAndRestore(runtime, { seconds: 60, images: 8, atLeast: 51 });
  console.log(counts);
  expect(faults).toEqual([]);
  expect(counts.certainLooks).toBeGreaterThan(50);
});
