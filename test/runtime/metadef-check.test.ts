import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMachine } from "../client/imagectl-process.ts";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let admin: ImageClient;
let demo: ImageClient;

const schemas = {
  cpus: { type: "integer", title: "CPUs", description: "How many", maximum: 4 },
  bus: { type: "string", title: "Bus", enum: ["ide", "virtio"] },
};

beforeAll(async () => {
  runtime = await startRuntime({
    environment: { GLANCE_METADEF_REFUSE_NAMESPACES: "Strict", GLANCE_METADEF_WARN_NAMESPACES: "Mild" },
  });
  [admin, demo] = await logInEach(runtime.url, "admin", "demo");
  // Nobody but admins sees Strict; Nowhere is seen by all and chosen by nobody.
  for (const [namespace, visibility, prefix] of [
    ["Strict", "private", "strict_"],
    ["Mild", "public", "mild_"],
    ["Nowhere", "public", "free_"],
  ] as const) {
    const answer = await ask(admin, "POST", "/v2/metadefs/namespaces", {
      namespace,
      visibility,
      properties: schemas,
      resource_type_associations: [{ name: "OS::Glance::Image", prefix }],
    });
    expect(answer.status).toBe(201);
  }
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const PATCH_TYPE = "application/openstack-images-v2.1-json-patch";

async function ask(client: ImageClient, method: string, path: string, body?: unknown) {
  const answer = await client.fetch(path, {
    method,
    headers: {
      Accept: "application/json",
      "Content-Type": method === "PATCH" ? PATCH_TYPE : "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    warnings: answer.headers.get("OpenStack-image-metadef-warnings"),
    // biome-ignore lint/suspicious/noExplicitAny: a document of the API, compared member by member.
    body: JSON.parse(text) as any,
    text,
  };
}

describe("an image whose properties contradict metadata definitions", () => {
  it("is refused by the namespaces chosen for it, with every reason, and made when mended", async () => {
    const wrong = { name: "refused", strict_cpus: "8", strict_bus: "scsi", strict_typo: "x" };
    const refused = await ask(demo, "POST", "/v2/images", wrong);
    expect(refused.status).toBe(400);
    for (const reason of [
      "strict_cpus must be at most 4.",
      "strict_bus must be one of ide, virtio.",
      "strict_typo is defined nowhere, though strict_ is the prefix of Strict.",
    ])
      expect(refused.text).toContain(reason);
    const made = await ask(demo, "POST", "/v2/images", {
      name: "mended",
      strict_cpus: "4",
      strict_bus: "ide",
    });
    expect([made.status, made.warnings]).toEqual([201, null]);
  });

  it("is changed as far as it is right, though it was wrong before", async () => {
    const { body: image } = await ask(demo, "POST", "/v2/images", { name: "old", mild_cpus: "9" });
    const path = `/v2/images/${image.id}`;
    const change = (...operations: unknown[]) => ask(demo, "PATCH", path, operations);
    expect((await change({ op: "replace", path: "/name", value: "new" })).status).toBe(200);
    const refused = await change(
      { op: "replace", path: "/name", value: "newer" },
      { op: "add", path: "/strict_cpus", value: "many" },
    );
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining("strict_cpus must be an integer."),
    ]);
    const warned = await change({ op: "add", path: "/mild_bus", value: "scsi" });
    expect([warned.status, warned.warnings]).toEqual([200, "mild_bus must be one of ide, virtio."]);
    expect((await ask(demo, "GET", path)).body).toMatchObject({ name: "new", mild_bus: "scsi" });
    expect((await change({ op: "remove", path: "/mild_bus" })).warnings).toBeNull();
  });

  it("is refused to strangers before its properties are judged", async () => {
    const { body: image } = await ask(admin, "POST", "/v2/images", { name: "admin's" });
    const answer = await ask(demo, "PATCH", `/v2/images/${image.id}`, [
      { op: "add", path: "/strict_cpus", value: "many" },
    ]);
    expect(answer.status).toBe(404);
  });

  it("is told of to whoever sees it, by the namespaces that he sees", async () => {
    const given = { name: "told", free_cpus: "many", mild_cpus: "2" };
    const { body: image, warnings } = await ask(demo, "POST", "/v2/images", given);
    expect(warnings).toBeNull();
    const path = `/v2/images/${image.id}/metadefs`;
    expect((await ask(demo, "GET", path)).body).toEqual({
      image_id: image.id,
      namespaces: ["Mild", "Nowhere"],
      contradictions: [
        {
          property: "free_cpus",
          value: "many",
          problem: "type",
          namespace: "Nowhere",
          title: "CPUs",
          description: "How many",
          message: "free_cpus must be an integer.",
        },
      ],
    });
    expect((await ask(admin, "GET", path)).body.namespaces).toEqual(["Strict", "Mild", "Nowhere"]);
  });

  it("is told by imagectl, a note each, when it is uploaded", async () => {
    const machine = createMachine({
      OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
      OS_CLOUD: "demo",
    });
    const file = join(machine.folder, "disk.raw");
    writeFileSync(file, "data");
    const wrong = ["--property", "mild_bus=scsi", "--property", "mild_cpus=8"];
    const uploaded = await machine.run("upload", file, "--quiet", ...wrong);
    expect(uploaded.stderr.trim().split("\n")).toEqual([
      "note: against the metadata definitions: mild_bus must be one of ide, virtio.",
      "note: against the metadata definitions: mild_cpus must be at most 4.",
    ]);
    expect([uploaded.code, uploaded.stdout]).toEqual([0, expect.not.stringContaining("mild_")]);
    machine.remove();
  });

  it("is shown by imagectl, whose exit code says so", async () => {
    await ask(demo, "POST", "/v2/images", { name: "shown", free_bus: "scsi" });
    await ask(demo, "POST", "/v2/images", { name: "fine", free_bus: "ide" });
    const machine = createMachine({
      OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
      OS_CLOUD: "demo",
    });
    const shown = await machine.run("metadefs", "check", "shown");
    expect([shown.code, shown.stdout]).toEqual([
      4,
      expect.stringContaining("free_bus must be one of ide, virtio."),
    ]);
    const json = await machine.run("metadefs", "check", "shown", "--json");
    expect(JSON.parse(json.stdout).contradictions).toHaveLength(1);
    const fine = await machine.run("metadefs", "check", "fine");
    expect([fine.code, fine.stdout]).toEqual([
      0,
      expect.stringContaining("contradicts none of 2 namespaces"),
    ]);
    machine.remove();
  });
});
