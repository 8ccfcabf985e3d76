import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { BUNDLE_BUDGET_BYTES, bundleFunctions } from "../../../infra/bundle.ts";
import { OPTIONAL_STORE_BYTES, optionalStores } from "../../../infra/bundling/absent-stores.ts";
import { functionNames } from "../../../infra/functions/functions.ts";
import { standInProject } from "./stand-ins.ts";

test("each function is one module that needs nothing beside it", async () => {
  const { root, remove } = await standInProject(
    (name) => `export const handler = async () => ["${name}", typeof require];`,
  );
  try {
    const bundles = await bundleFunctions(join(root, "out"), root);
    expect(Object.keys(bundles)).toEqual(functionNames);
    for (const name of functionNames) {
      const { directory, bytes } = bundles[name];
      expect(await readdir(directory)).toEqual(["index.mjs"]);
      const text = await readFile(join(directory, "index.mjs"));
      expect(text.length).toBe(bytes);
      const { handler } = await import(pathToFileURL(join(directory, "index.mjs")).href);
      expect(await handler()).toEqual([name, "function"]);
    }
  } finally {
    await remove();
  }
});

test("the same sources make the same bytes wherever they lie", async () => {
  const projects = await Promise.all([standInProject(), standInProject()]);
  try {
    const [one, other] = await Promise.all(
      projects.map(async ({ root }) => {
        const { images } = await bundleFunctions(join(root, "out"), root);
        return readFile(join(images.directory, "index.mjs"), "utf8");
      }),
    );
    expect(one).toBe(other);
  } finally {
    await Promise.all(projects.map(({ remove }) => remove()));
  }
});

test("a bundle over the budget is refused with its name and size", async () => {
  const { root, remove } = await standInProject(
    (name) =>
      `export const handler = ${JSON.stringify(name === "data" ? "x".repeat(BUNDLE_BUDGET_BYTES) : "")};`,
  );
  try {
    const files = { absentStores: optionalStores };
    await expect(bundleFunctions(join(root, "out"), root, files)).rejects.toThrow(
      /^bundles over the budget of 500000 bytes: data 500\d{3}$/,
    );
  } finally {
    await remove();
  }
});

test("what makes stores of a type is in the bundles where one is named, and stays within its own bound", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bundles-"));
  try {
    const [all, without] = await Promise.all([
      bundleFunctions(join(folder, "all")),
      bundleFunctions(join(folder, "without"), undefined, { absentStores: optionalStores }),
    ]);
    const read = ({ directory }: { directory: string }) => readFile(join(directory, "index.mjs"), "utf8");
    for (const name of ["data", "workers/copy", "upkeep/reaper"] as const) {
      expect(await read(all[name]), name).toMatch(/x-container-meta-made-by/i);
      expect(await read(without[name]), name).not.toMatch(/x-container-meta/i);
      expect(await read(without[name]), name).toContain("without stores of type swift");
    }
    for (const name of functionNames)
      expect(all[name].bytes - without[name].bytes, name).toBeLessThan(
        optionalStores.length * OPTIONAL_STORE_BYTES,
      );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the SDK in a bundle signs with the credentials that Lambda puts into the environment", async () => {
  const { root, remove } = await standInProject(
    () => `import { SQSClient } from "${join(import.meta.dirname, "../../../node_modules/@aws-sdk/client-sqs")}";
      export const handler = () => new SQSClient({ region: "us-east-1" }).config.credentials();`,
  );
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "session");
  try {
    const { images } = await bundleFunctions(join(root, "out"), root);
    const { handler } = await import(pathToFileURL(join(images.directory, "index.mjs")).href);
    expect(await handler()).toMatchObject({
      accessKeyId: "key",
      secretAccessKey: "secret",
      sessionToken: "session",
    });
    vi.stubEnv("AWS_ACCESS_KEY_ID", "");
    await expect(handler()).rejects.toThrow("no AWS credentials in the environment");
  } finally {
    vi.unstubAllEnvs();
    await remove();
  }
});
