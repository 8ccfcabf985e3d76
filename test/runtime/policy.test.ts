import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;
let reader: ImageClient;

beforeAll(async () => {
  const home = newHome();
  const [policy, protections] = [join(home, "policy.yaml"), join(home, "protections.conf")];
  // Readers may store data here, members may not delete.
  writeFileSync(policy, "upload_image: rule:get_image\ndelete_image: rule:context_is_admin\n");
  writeFileSync(
    protections,
    "[^secret_]\ncreate = admin\nread = admin\nupdate = admin\ndelete = admin\n" +
      "[.*]\ncreate = @\nread = @\nupdate = @\ndelete = @\n",
  );
  runtime = await startRuntime({
    home,
    environment: { GLANCE_POLICY_FILE: policy, GLANCE_PROPERTY_PROTECTION_FILE: protections },
  });
  [demo, admin, reader] = await logInEach(runtime.url, "demo", "admin", "reader");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const patch = (client: ImageClient, id: string, ...operations: object[]) =>
  client.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify(operations),
  });

it("the operator's policy file decides, in place of the defaults", async () => {
  const id = await demo.create();
  const octets = { "Content-Type": "application/octet-stream" };
  const stage = await reader.fetch(`/v2/images/${id}/stage`, {
    method: "PUT",
    headers: octets,
    body: "data",
  });
  expect(stage.status).toBe(403);
  expect((await reader.upload(id, Buffer.from("data"))).status).toBe(204);
  expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(403);
  expect((await admin.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
});

it("protected properties are reserved, unseen, and kept", async () => {
  const refused = await demo.fetch("/v2/images", {
    method: "POST",
    headers: { Accept: "application/json" },
    body: JSON.stringify({ secret_a: "1" }),
  });
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("Attribute 'secret_a' is reserved.");

  const id = await demo.create({ plain: "1" });
  expect((await patch(admin, id, { op: "add", path: "/secret_a", value: "1" })).status).toBe(200);
  expect(await demo.show(id)).toMatchObject({ plain: "1" });
  expect(await demo.show(id)).not.toHaveProperty("secret_a");
  expect((await patch(demo, id, { op: "replace", path: "/secret_a", value: "2" })).status).toBe(409);
  expect((await patch(demo, id, { op: "add", path: "/secret_a", value: "2" })).status).toBe(403);
  expect((await patch(demo, id, { op: "replace", path: "/plain", value: "2" })).status).toBe(200);
  expect(await admin.show(id)).toMatchObject({ plain: "2", secret_a: "1" });
  const found = async (client: ImageClient) =>
    ((await (await client.fetch("/v2/images?secret_a=1")).json()) as { images: unknown[] }).images.length;
  expect([await found(demo), await found(admin)]).toEqual([0, 1]);
});

it("a bad file is one line, and nothing starts", async () => {
  const home = newHome();
  const policy = join(home, "policy.yaml");
  writeFileSync(policy, "# ours\nget_image: role:a and\n");
  const failed = startRuntime({ home, environment: { GLANCE_POLICY_FILE: policy } });
  await expect(failed).rejects.toThrow(
    `${policy}:2: rule get_image: character 11: expected a check, found the end`,
  );
});
