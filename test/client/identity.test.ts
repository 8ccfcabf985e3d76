import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { createMachine, type Machine } from "./imagectl-process.ts";

let runtime: LocalRuntime;
let admin: Machine;
beforeAll(async () => {
  runtime = await startRuntime();
  admin = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "admin" });
});
afterAll(async () => {
  admin?.remove();
  await runtime?.stop();
  runtime?.remove();
});

const as = (name: string, password: string, project: string) =>
  createMachine({
    OS_AUTH_URL: `${runtime.url}/v3`,
    OS_USERNAME: name,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  });

it("an admin makes a user who can use the service, and takes it back", async () => {
  await admin.json("identity", "project", "create", "lab");
  const { password } = await admin.json("identity", "user", "create", "joe");
  const joe = as("joe", String(password), "lab");
  expect((await joe.run("image", "list")).code).toBe(1);
  await admin.json("identity", "role", "add", "member", "--user", "joe", "--project", "lab");
  expect((await joe.run("image", "list")).code).toBe(0);

  const file = join(admin.folder, "password");
  writeFileSync(file, "another one, and long\n");
  await admin.json("identity", "user", "set", "joe", "--password-file", file);
  expect((await joe.run("image", "list")).code).toBe(1);
  const again = as("joe", "another one, and long", "lab");
  expect((await again.run("image", "list")).code).toBe(0);
  await admin.json("identity", "user", "set", "joe", "--disable");
  expect((await again.run("image", "list")).code).toBe(1);

  expect((await admin.run("identity", "user", "list")).stdout).toContain("joe");
  await admin.json("identity", "user", "delete", "joe");
  await admin.json("identity", "project", "delete", "lab");
  expect((await admin.run("identity", "user", "list")).stdout).not.toContain("joe");
  joe.remove();
  again.remove();
});

it("others are refused, and what is not there is named", async () => {
  const demo = as("demo", "demo", "demo");
  const refused = await demo.run("identity", "user", "create", "eve");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("imagectl:")]);
  const missing = await admin.run("identity", "user", "delete", "nobody");
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("there is no user nobody")]);
  expect((await admin.run("identity", "user", "set", "demo")).code).toBe(2);
  demo.remove();
});
