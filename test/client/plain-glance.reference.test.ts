import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requireReference } from "../reference/differential/reference.ts";
import type { Target } from "../reference/differential/session.ts";
import { createMachine, type Machine } from "./imagectl-process.ts";

/* imagectl in front of a Glance as OpenStack has it, which knows no transfers. */

let reference: Target;
let machine: Machine;
beforeAll(async () => {
  reference = await requireReference();
  machine = createMachine({
    OS_AUTH_URL: "http://127.0.0.1:5000/v3",
    OS_USERNAME: "demo",
    OS_PASSWORD: "demo",
    OS_PROJECT_NAME: "demo",
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  });
  writeFileSync(join(machine.folder, "disk.raw"), Buffer.alloc(100_000, 1));
});
afterAll(() => machine?.remove());

const headers = () => ({ ...reference.callers.headersOf("demo"), "content-type": "application/json" });
const ask = (method: string, path: string, body?: string) =>
  fetch(`${reference.url}/v2/images${path}`, { method, headers: headers(), ...(body ? { body } : {}) });
const named = async (name: string) =>
  ((await (await ask("GET", `?name=${name}`)).json()) as { images: { id: string }[] }).images;

it("an upload says what to use instead, and leaves no image and nothing to go on with", async () => {
  const { code, stderr } = await machine.run("upload", "disk.raw", "--name", "plain-upload");
  expect([code, stderr]).toEqual([1, expect.stringContaining("openstack image create --file")]);
  expect(await named("plain-upload")).toEqual([]);
  expect(machine.states()).toEqual([]);
});

it("an upload from standard input and into an image that is there say the same", async () => {
  const started = machine.start("upload", "-", "--name", "plain-stream");
  started.process.stdin?.end(Buffer.alloc(100_000, 1));
  const streamed = await started.ended;
  expect([streamed.code, streamed.stderr]).toEqual([
    1,
    expect.stringContaining("openstack image create --file"),
  ]);
  expect(await named("plain-stream")).toEqual([]);

  const made = await ask(
    "POST",
    "",
    '{"name": "plain-into", "disk_format": "raw", "container_format": "bare"}',
  );
  const { id } = (await made.json()) as { id: string };
  const into = await machine.run("upload", "disk.raw", "--id", id);
  expect([into.code, into.stderr]).toEqual([1, expect.stringContaining("openstack image create --file")]);
  expect(await named("plain-into")).toMatchObject([{ id, status: "queued" }]);
  expect((await ask("DELETE", `/${id}`)).status).toBe(204);
});

it("commands that need no transfers work there", async () => {
  const made = await ask("POST", "", '{"name": "plain-listed", "visibility": "shared"}');
  const { id } = (await made.json()) as { id: string };
  const { alt } = reference.callers.projects;
  expect(await machine.json("image", "show", "plain-listed")).toMatchObject({ id });
  expect(await machine.json("image", "member", "add", "plain-listed", alt)).toMatchObject({
    status: "pending",
  });
  expect(await machine.json("image", "member", "list", "plain-listed")).toMatchObject([{ member_id: alt }]);
  expect((await machine.run("image", "member", "remove", "plain-listed", alt)).code).toBe(0);
  expect(await machine.json("image", "list", "--name", "plain-listed")).toMatchObject([{ id }]);
  expect((await machine.run("image", "delete", "plain-listed")).code).toBe(0);
  expect((await ask("GET", `/${id}`)).status).toBe(404);
});
