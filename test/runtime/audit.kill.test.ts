import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMachine, type Machine } from "../client/imagectl-process.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";
import { storedFiles } from "./stored-files.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;
let machine: Machine;

beforeAll(async () => {
  runtime = await startRuntime();
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "admin" });
});
afterAll(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});

const POLL = { timeout: 20_000, interval: 50 };
const audit = () => runJob(runtime.home, "auditor-deep");
const json = async (client: ImageClient, path: string, method = "GET") => {
  const response = await client.fetch(path, { method, headers: { accept: "application/json" } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** An active image, and the file that holds its bytes in the emulator's storage. */
async function stored(name: string) {
  const id = await demo.create({ name });
  const data = randomBytes(100_000);
  await demo.upload(id, data);
  // Verification reads the bytes right after the upload: what is damaged before is its to find.
  await expect
    .poll(async () => (await json(demo, `/v2/images/${id}/integrity`)).body.verified_at, POLL)
    .toBeTruthy();
  const sum = createHash("md5").update(data).digest("hex");
  const file = storedFiles(runtime.home).find(
    (path) => createHash("md5").update(readFileSync(path)).digest("hex") === sum,
  );
  if (!file) throw new Error("no file has these bytes");
  return { id, file };
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  "hash-mismatch": (file) => {
    const bytes = readFileSync(file);
    bytes[70_000] = (bytes[70_000] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  },
  "size-mismatch": (file) => truncateSync(file, 1000),
  "object-missing": (file) => rmSync(file),
};

describe("the deep auditor of the running service", () => {
  it("finds nothing in a clean catalogue and says when it looked", async () => {
    const { id } = await stored("clean");
    expect(await audit()).toMatchObject({ examined: 1, acted: 0, failed: 0 });
    const { status, body } = await json(demo, `/v2/images/${id}/integrity`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      image_id: id,
      status: "active",
      size: 100_000,
      audited_at: expect.stringMatching(/^\d{4}-.*Z$/),
      audited_how: "read",
      quarantine: null,
      mismatch: null,
    });
    expect((await json(admin, "/v2/audit/findings")).body).toEqual({ findings: [] });
    expect(await demo.show(id)).not.toHaveProperty("integrity");
    const none = await machine.run("audit");
    expect([none.code, none.stdout]).toEqual([0, "no findings\n"]);
    expect(await machine.json("audit")).toEqual([]);
  });

  it("quarantines flipped, cut off and missing bytes in one pass, and tells admins", async () => {
    const images = await Promise.all(Object.keys(damages).map((kind) => stored(kind)));
    for (const [index, damage] of Object.values(damages).entries()) damage(images[index]?.file ?? "");
    expect(await audit()).toMatchObject({ examined: 4, acted: 3, failed: 0 });
    const { body } = await json(admin, "/v2/audit/findings?state=quarantined");
    const findings = body.findings as Record<string, unknown>[];
    expect(findings.map(({ kind, image_id }) => [kind, image_id]).sort()).toEqual(
      Object.keys(damages)
        .map((kind, index) => [kind, images[index]?.id])
        .sort(),
    );
    for (const { id } of images) {
      expect((await demo.show(id)).status).toBe("deactivated");
      expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(403);
    }
    const [first] = images;
    const reactivate = (client: ImageClient) =>
      client.fetch(`/v2/images/${first?.id}/actions/reactivate`, { method: "POST" });
    const refused = await reactivate(demo);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("Only an admin can reactivate");
    const shown = await json(demo, `/v2/images/${first?.id}/integrity`);
    expect(shown.body.quarantine).toMatchObject({ reason: "hash-mismatch" });
    expect(JSON.stringify(shown.body)).not.toContain(`${first?.id}/`);
    expect((await reactivate(admin)).status).toBe(204);
    expect(await audit()).toMatchObject({ examined: 4, acted: 1 });
    expect((await demo.show(first?.id ?? "")).status).toBe("deactivated");
  });

  it("shows findings to admins only, in pages, until they are acknowledged", async () => {
    expect((await json(demo, "/v2/audit/findings")).status).toBe(403);
    expect((await json(admin, "/v2/audit/findings?colour=red")).status).toBe(400);
    expect((await json(admin, "/v2/audit/findings?limit=0")).status).toBe(400);
    expect((await json(admin, "/v2/audit/findings?state=lost")).status).toBe(400);
    const ids: unknown[] = [];
    let next: string | undefined = "/v2/audit/findings?limit=2";
    for (; next !== undefined; ) {
      const page: Record<string, unknown> = (await json(admin, next)).body;
      ids.push(...(page.findings as { id: string }[]).map(({ id }) => id));
      next = page.next as string | undefined;
    }
    expect(ids).toHaveLength(3);
    const path = `/v2/audit/findings/${ids[0]}/acknowledge`;
    expect((await json(demo, path, "POST")).status).toBe(403);
    expect((await json(admin, path, "POST")).body).toMatchObject({ state: "acknowledged" });
    expect((await json(admin, `/v2/audit/findings/x.${"0".repeat(32)}/acknowledge`, "POST")).status).toBe(
      404,
    );
    expect((await json(admin, "/v2/audit/findings/x/acknowledge", "POST")).status).toBe(400);
  });

  it("is shown by imagectl", async () => {
    const findings = (await machine.json("audit", "--status", "quarantined")) as unknown as unknown[];
    expect(findings).toHaveLength(2);
    const image = await machine.json("image", "show", "size-mismatch");
    expect(image).toMatchObject({
      status: "deactivated",
      integrity: { quarantine: { reason: "size-mismatch" } },
    });
    const { stdout } = await machine.run("image", "show", "clean");
    expect(stdout).toMatch(/stored data\nfield +value\n(.*\n)*audited_at +20/);
  });

  it("acknowledges one by imagectl, and tells what is wrong with a command", async () => {
    const [finding] = (await machine.json("audit", "--status", "quarantined")) as unknown as { id: string }[];
    const id = finding?.id ?? "";
    const known = await machine.json("audit", "--acknowledge", id);
    expect(known).toMatchObject({ id, state: "acknowledged", acknowledged_by: expect.any(String) });
    expect(await machine.json("audit", "--status", "quarantined")).toHaveLength(1);
    expect((await machine.run("audit", "--status", "acknowledged")).stdout).toContain(id);
    const wrong = [
      [["--status", "lost"], 2, "Allowed choices are open, mended, quarantined, acknowledged"],
      [["--status", "open", "--acknowledge", id], 2, "cannot be used with"],
      [["--acknowledge", "x"], 1, "Expected the id of a finding"],
      [["--acknowledge", `hash-mismatch.${"0".repeat(32)}`], 1, "finding"],
    ] as const;
    for (const [words, code, message] of wrong) {
      const ended = await machine.run("audit", ...words);
      expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)]);
      expect(ended.stdout).toBe("");
    }
    const user = createMachine({
      OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
      OS_CLOUD: "demo",
    });
    const refused = await user.run("audit");
    user.remove();
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("imagectl:");
  });

  it("says in the log what was found, for a metric to count", () => {
    const lines = readFileSync(join(runtime.home, "log", "upkeep-auditor-deep.log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ decision: "findings", count: 3 }));
  });
});
