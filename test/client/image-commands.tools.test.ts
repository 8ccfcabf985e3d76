import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectationOf, ImageHash } from "../../client/download/image-hashes.ts";
import type { Image } from "../../client/openstack/image-service.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { createMachine, type Machine } from "./imagectl-process.ts";

let runtime: LocalRuntime;
let api: ImageClient;
let [admin, demo, alt]: Machine[] = [];
const machineOf = (cloud: string) =>
  createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: cloud });

beforeAll(async () => {
  runtime = await startRuntime({
    environment: { GLANCE_USE_KEYSTONE_LIMITS: "true", GLANCE_IMAGE_SIZE_TOTAL: "5" },
  });
  api = await logIn(runtime.url, "demo");
  [admin, demo, alt] = ["admin", "demo", "alt"].map(machineOf);
});
afterAll(async () => {
  for (const machine of [admin, demo, alt]) machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});

/** What a command prints with `--json`. */
const json = async (machine: Machine | undefined, line: string): Promise<unknown> =>
  machine?.json(...line.split(" "));
const run = async (machine: Machine | undefined, line: string) => {
  if (!machine) throw new Error("there is no machine");
  return machine.run(...line.split(" "));
};
const names = async (line: string, machine = demo) =>
  ((await json(machine, line)) as { name: string }[]).map(({ name }) => name);

it("an image is shared by names where they may be looked up, and each project answers for itself", async () => {
  const id = await api.create({ name: "offer", visibility: "shared" });
  const refused = await run(demo, "image member add offer alt");
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("you may not look projects of others up: give its id"),
  ]);
  const nobody = await run(admin, `image member add ${id} nobody`);
  expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("there is none")]);

  const added = await json(admin, `image member add ${id} alt`);
  expect(added).toMatchObject({ image_id: id, status: "pending" });
  expect(await names("image list", alt)).not.toContain("offer");
  expect(await json(alt, "image member accept offer")).toMatchObject({ status: "accepted" });
  expect(await names("image list", alt)).toContain("offer");
  expect(await json(alt, "image member reject offer")).toMatchObject({ status: "rejected" });
  expect(await json(admin, `image member accept ${id} --project alt`)).toMatchObject({ status: "accepted" });
  const { member_id } = added as { member_id: string };
  expect(await json(demo, "image member list offer")).toMatchObject([{ member_id, status: "accepted" }]);
  expect((await run(demo, `image member remove offer ${member_id}`)).code).toBe(0);
  expect(await json(demo, "image member list offer")).toEqual([]);
});

it("delete removes what it can, names the others, and fails for them", async () => {
  const ids = await Promise.all([
    api.create({ name: "gone-1" }),
    api.create({ name: "kept", protected: true }),
    api.create({ name: "gone-2" }),
  ]);
  const { code, stdout, stderr } = await run(demo, "image delete gone-1 kept nowhere gone-2 gone-1 --json");
  expect(code).toBe(1);
  const said = JSON.parse(stdout) as { deleted: string[]; failed: { image: string; message: string }[] };
  expect(said.deleted).toEqual([ids[0], ids[2]]);
  expect(said.failed.map(({ image }) => image)).toEqual(["kept", "nowhere"]);
  expect(said.failed[0]?.message).toContain("protected");
  // Each line for a program is a document of its own.
  const lines = stderr.trim().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
    error: { message: "2 of 4 images are not deleted", exit_code: 1 },
  });
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  const left = await Promise.all(ids.map(async (id) => (await api.fetch(`/v2/images/${id}`)).status));
  expect(left).toEqual([404, 200, 404]);
});

it("list takes filters, order and a limit, and refuses bad ones before it asks", async () => {
  for (const [name, attributes] of Object.entries({
    "l-1": { tags: ["x", "y"], colour: "red" },
    "l-2": { tags: ["x"], colour: "blue" },
    "l-3": { os_hidden: true, tags: ["x"] },
  })) {
    await api.create({ name, ...attributes });
  }
  const found = await Promise.all(
    [
      "image list --tag x --sort name:asc",
      "image list --tag x --tag y",
      "image list --property colour=blue",
      "image list --hidden --tag x",
      "image list --tag x --sort name:desc --limit 1",
      "image list --tag x --status active",
      "image list --owner demo --tag x --sort name:asc",
    ].map((line) => names(line)),
  );
  expect(found).toEqual([["l-1", "l-2"], ["l-1"], ["l-2"], ["l-3"], ["l-2"], [], ["l-1", "l-2"]]);
  const refused = await Promise.all(
    ["--limit 0", "--limit x", "--sort colour", "--sort name:up", "--status new", "--property x"].map(
      (words) => run(demo, `image list ${words}`),
    ),
  );
  for (const { code, stderr } of refused)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--(limit|sort|status|property)/)]);
});

it("more images than a page has are listed, and no more than are wanted", async () => {
  for (let left = 205; left > 0; left -= 41) {
    await Promise.all(Array.from({ length: 41 }, () => api.create({ name: "many", tags: ["many"] })));
  }
  const [all, some] = await Promise.all([
    names("image list --tag many"),
    names("image list --tag many --limit 203"),
  ]);
  expect([all.length, some.length]).toEqual([205, 203]);
});

it("deactivate keeps data from being read until reactivate, and usage counts it", async () => {
  const id = await api.create({ name: "data" });
  expect((await api.upload(id, Buffer.alloc(1_048_576, 1))).status).toBe(204);
  expect(await json(admin, `image deactivate ${id}`)).toMatchObject({ id, status: "deactivated" });
  expect((await api.fetch(`/v2/images/${id}/file`)).status).toBe(403);
  expect(await json(admin, `image reactivate ${id}`)).toMatchObject({ id, status: "active" });
  expect((await api.download(id)).length).toBe(1_048_576);
  const refused = await run(alt, `image deactivate ${id}`);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("there is no image")]);

  const usage = (await json(demo, "image usage")) as Record<string, { usage: number; limit: number }>;
  expect(usage.image_size_total).toEqual({ usage: 1, limit: 5 });
  const shown = await run(demo, "image usage");
  expect(shown.stdout).toMatch(/image_size_total\s+1\s+5/);
});

const hashed = (os_hash_algo: string, os_hash_value: string) =>
  ({ os_hash_algo, os_hash_value, checksum: "00" }) as unknown as Image;

it.each([
  ["sha512", "sha512"],
  ["sha256", "sha256"],
  ["sha3_256", "sha3-256"],
  ["blake2b", "blake2b512"],
])("data is compared by the image's own hash: %s", async (algorithm, name) => {
  const value = createHash(name).update("data").digest("hex");
  for (const [stated, isRight] of [
    [value.toUpperCase(), true],
    [value.replace(/^./, (digit) => (digit === "0" ? "1" : "0")), false],
  ] as const) {
    const hash = new ImageHash(hashed(algorithm, stated));
    await hash.update(Buffer.from("data"));
    const compared = hash.compare("the file");
    if (isRight) await compared;
    else await expect(compared).rejects.toThrow("the file is not the image");
    hash.close();
  }
});

it("a hash that cannot be computed is named, and no weaker one takes its place", () => {
  expect(() => expectationOf(hashed("whirlpool9", "00"))).toThrow("whirlpool9 is not supported");
  expect(() => expectationOf(hashed("constructor", "00"))).toThrow("constructor is not supported");
});
