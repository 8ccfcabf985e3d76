import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeClouds } from "../../../infra/local/clouds.ts";
import { homeAt, prepareHome } from "../../../infra/local/home.ts";
import { lockHome } from "../../../infra/local/home-lock.ts";
import { readPorts, rememberPorts } from "../../../infra/local/remembered-ports.ts";
import { loadSigningKey } from "../../../infra/local-aws/emulators/kms/signing-key.ts";
import { createPrincipals } from "../../../infra/local-aws/iam/principals.ts";
import { explained, StartFailure } from "../../../infra/local-aws/start-failure.ts";
import { temporaryFolder } from "../../../infra/local-aws/test/temporary-folder.ts";

const ports = { gateway: 4001, s3: 4002, json: 4003 };

it("a home is made with the folders above it, for its user only", async () => {
  const directory = join(await temporaryFolder(), "a", "b");
  await prepareHome(homeAt(directory));
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

it("a home that is a file is refused, and stays as it is", async () => {
  const file = join(await temporaryFolder(), "file");
  writeFileSync(file, "mine");
  await expect(prepareHome(homeAt(file))).rejects.toThrow(
    new StartFailure(`${file} is not a folder: move it away, or name another folder in GLANCE_HOME`),
  );
  expect(readFileSync(file, "utf8")).toBe("mine");
});

it.each(["/proc/nope", "/proc/nope/below", "/dev/null/below"])(
  "a home that cannot be made is refused at once: %s",
  async (directory) => {
    await expect(prepareHome(homeAt(directory))).rejects.toThrow(
      /^the folder .* cannot be written \(\w+\): make it writable, or name another folder in GLANCE_HOME$/,
    );
  },
);

it.each(["", "{", "null", "[]", '"text"', '{"gateway":"80","s3":0,"json":65536}', '{"__proto__":1}'])(
  "remembered ports that say %j are taken as none",
  async (text) => {
    const file = join(await temporaryFolder(), "ports.json");
    writeFileSync(file, text);
    expect(readPorts(file)).toEqual({});
    await rememberPorts(file, ports);
    expect(readPorts(file)).toEqual(ports);
  },
);

it("those of the remembered ports that are ports are taken", async () => {
  const file = join(await temporaryFolder(), "ports.json");
  expect(readPorts(file)).toEqual({});
  writeFileSync(file, JSON.stringify({ ...ports, s3: -1, other: 5 }));
  expect(readPorts(file)).toEqual({ gateway: 4001, json: 4003 });
});

it("a broken clouds.yaml is replaced, with those of the users, for its user only", async () => {
  const directory = await temporaryFolder();
  writeFileSync(join(directory, "clouds.yaml"), "\0 clouds: [", { mode: 0o644 });
  await writeClouds(directory, "http://127.0.0.1:1");
  const names = ["admin.rc", "alt.rc", "clouds.yaml", "demo.rc", "reader.rc"];
  expect(readdirSync(directory).toSorted()).toEqual(names);
  expect(readFileSync(join(directory, "clouds.yaml"), "utf8")).toMatch(/^clouds:\n {2}admin:\n/);
  for (const name of names) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
});

const requests = [{ name: "one", arn: "arn:aws:iam::1:role/one", statements: [] }];
it.each<[string, (path: string) => unknown]>([
  ["lock", lockHome],
  ["ports.json", (path) => readPorts(path)],
  ["ports.json", (path) => rememberPorts(path, ports)],
  ["keys.json", (path) => createPrincipals(requests, path)],
  ["key.pem", (path) => loadSigningKey(path)],
  ["clouds.yaml", (path) => writeClouds(join(path, ".."), "http://127.0.0.1:1")],
])("a folder in the place of %s is named, kept, and nothing is left beside it", async (name, use) => {
  const directory = await temporaryFolder();
  const path = join(directory, name);
  mkdirSync(path);
  writeFileSync(join(path, "mine"), "mine");
  const error = await Promise.try(() => use(path)).catch((thrown: unknown) => thrown);
  expect(explained(error, "/home")).toBe(
    `${path}: a folder is where a file should be: move it away (EISDIR)`,
  );
  expect(readdirSync(directory)).toEqual([name]);
  expect(readFileSync(join(path, "mine"), "utf8")).toBe("mine");
});

it.each<[string, (path: string) => Promise<unknown>]>([
  ["keys.json", (path) => createPrincipals(requests, path)],
  ["key.pem", (path) => loadSigningKey(path)],
])("a broken %s is told with what is lost by a new one, and kept", async (name, use) => {
  const path = join(await temporaryFolder(), name);
  writeFileSync(path, "{ broken");
  await expect(use(path)).rejects.toThrow(StartFailure);
  await expect(use(path)).rejects.toThrow(`${path} is`);
  expect(readFileSync(path, "utf8")).toBe("{ broken");
});
