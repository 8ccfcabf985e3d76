import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, eventually, put, putHead, raw } from "./client.ts";
import type { FakeService } from "./fake-service.ts";
import { ProgramRig } from "./program-rig.ts";

let rig: ProgramRig;
let service: FakeService;
let state: string;

beforeEach(async () => {
  rig = await new ProgramRig().start();
  ({ service, state } = rig);
});
afterEach(() => rig.stop());

/** An upload that has sent some of its body and waits. */
async function beginUpload(url: string) {
  const id = service.addImage();
  const client = raw(url, ...putHead(id, "Content-Length: 1000"));
  client.socket.write("abc");
  // Parts are signed once the journal has the transfer.
  await eventually(() => service.apiCalls.some(({ path }) => path.includes(id) && path.endsWith("/parts")));
  return { id, client };
}

const stateOf = (id: string) => [...service.transfers.values()].find((one) => one.imageId === id)?.state;

test("what a killed ingress left open is aborted by its successor before it listens", async () => {
  const killed = await rig.runIngress();
  const { id, client } = await beginUpload(killed.url);
  const [entry = ""] = await readdir(state);
  expect((await stat(join(state, entry))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(join(state, entry), "utf8"))).toMatchObject({
    endpoint: service.endpoint,
    imageId: id,
  });
  await writeFile(join(state, "other.json"), "not ours");
  killed.child.kill("SIGKILL");
  await killed.exited;
  client.socket.destroy();
  expect(stateOf(id)).toBe("open");

  const successor = await rig.runIngress();
  expect(stateOf(id)).toBe("aborted");
  expect(service.image(id)).toMatchObject({ status: "queued", broken: 1000 });
  expect(await readdir(state)).toEqual(["other.json"]);
  expect((await put(successor.url, id, Buffer.alloc(1000))).status).toBe(204);
  expect(await readdir(state)).toEqual(["other.json"]);
});

test("a transfer that is completing, or of a running sibling, is left alone", async () => {
  const first = await rig.runIngress();
  const { id } = await beginUpload(first.url);
  const sibling = await rig.runIngress();
  expect(stateOf(id)).toBe("open");
  sibling.child.kill("SIGKILL");

  first.child.kill("SIGKILL");
  await first.exited;
  for (const transfer of service.transfers.values())
    Object.assign(transfer, { state: "completing", polls: 9 });
  await rig.runIngress();
  expect(stateOf(id)).toBe("completing");
  expect(await readdir(state)).toEqual([]);
});

test("an entry whose API does not answer is kept, and does not keep the ingress from starting", async () => {
  const entry = { endpoint: "http://127.0.0.1:1", imageId: "i", transferId: "t", token: "x", pid: 2 ** 30 };
  await writeFile(join(state, "t.json"), JSON.stringify(entry));
  const { output } = await rig.runIngress();
  expect(output.stdout).toContain("recovery_failed");
  expect(await readdir(state)).toEqual(["t.json"]);
}, 15_000);

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s lets an upload end that can, aborts the others and exits with 0",
  async (signal) => {
    const { url, child, exited } = await rig.runIngress();
    const quick = await beginUpload(url);
    const stuck = await beginUpload(url);
    child.kill(signal);
    await expect(async () => {
      for (;;) await ask(url, { path: "/" });
    }).rejects.toThrow();
    quick.client.socket.write(Buffer.alloc(997));
    expect(await quick.client.until("204")).toContain("204 No Content");
    expect(await stuck.client.until("</html>")).toMatch(/^HTTP\/1.1 500 [\s\S]*being stopped/);
    expect(await exited).toEqual([0, null]);
    expect(service.image(quick.id).status).toBe("active");
    expect(service.image(stuck.id)).toMatchObject({ status: "queued", broken: 1000 });
    expect(await readdir(state)).toEqual([]);
  },
  15_000,
);

test.each([0, 3])(
  "--grace %i is how long an upload may go on",
  async (seconds) => {
    const { url, child, exited } = await rig.runIngress(false, ["--grace", String(seconds)]);
    const stuck = await beginUpload(url);
    const asked = performance.now();
    child.kill("SIGTERM");
    expect(await stuck.client.until("</html>")).toMatch(/^HTTP\/1.1 500 [\s\S]*being stopped/);
    const waited = (performance.now() - asked) / 1000;
    expect(await exited).toEqual([0, null]);
    expect(waited).toBeGreaterThanOrEqual(seconds);
    // Far below the default of two more: what is waited for is this.
    expect(waited).toBeLessThan(seconds + 1.5);
  },
  15_000,
);

test("a parent that disconnects its IPC channel stops it too", async () => {
  const { child, exited } = await rig.runIngress(true);
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test("wrong arguments: one clear line", async () => {
  const { output, exited } = rig.run(["--endpoint", "http://x"]);
  expect(await exited).toEqual([2, null]);
  expect(output.stderr).toMatch(/^ingress: --listen is missing[^\n]*\n$/);
});

test("a taken port, a state directory that is a file: one clear line", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const blocked = rig.run(["--endpoint", service.endpoint, "--listen", String(port)]);
  expect(await blocked.exited).toEqual([1, null]);
  expect(blocked.output.stderr).toMatch(
    new RegExp(`^ingress: cannot start: port ${port} on 127.0.0.1 is taken by .*\n$`),
  );
  taken.close();
  await writeFile(join(state, "file"), "");
  const broken = rig.run(["--endpoint", service.endpoint, "--listen", "0", "--journal", join(state, "file")]);
  expect(await broken.exited).toEqual([1, null]);
  expect(broken.output.stderr.trimEnd().split("\n")).toHaveLength(1);
});
