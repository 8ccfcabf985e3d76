import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, test, vi } from "vitest";
import { BUNDLE_BUDGET_BYTES, bundleFunctions } from "../../../infra/bundle.ts";
import { absentStores, type OptionalStore, optionalStores } from "../../../infra/bundling/absent-stores.ts";
import { functionNames, sourceOf } from "../../../infra/functions/functions.ts";
import { packedFiles, packedText } from "../../unit/compression/packed-files.ts";
import { standInProject } from "./stand-ins.ts";

test("each function is one module, which needs nothing beside it but what few need", async () => {
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

test("what few invocations need lies beside the bundle, where it may be asked for, and is whole", async () => {
  const undo = join(import.meta.dirname, "../../../shared/compression/decompressed.ts");
  const source = `
    import { CompressionFailed } from "${join(undo, "../compression-failed.ts")}";
    import { decompressed, unzippedApart } from "${undo}";
    export const handler = async ({ name, bytes }) => {
      try {
        const found = [];
        const read = async (at, length) => bytes.subarray(at, at + length);
        const stream = async function* (at, length) { yield await read(at, length); };
        const size = bytes.length;
        const chunks = name === "zip" ? unzippedApart({ size, read, stream }) : decompressed(name, stream(0, size));
        for await (const chunk of chunks) found.push(chunk);
        return Buffer.concat(found).toString();
    } catch (error) {
        return [error instanceof CompressionFailed, error.message];
      }
    };`;
  const { root, remove } = await standInProject((name) =>
    name === "data" ? source : "export const handler = 0;",
  );
  try {
    await symlink(join(undo, "../.."), join(root, "shared"));
    const { data, images } = await bundleFunctions(join(root, "out"), root);
    expect((await readdir(data.directory)).sort()).toEqual([
      "bunzipped.mjs",
      "index.mjs",
      "unxzed.mjs",
      "unzipped.mjs",
    ]);
    expect(await readdir(images.directory)).toEqual(["index.mjs"]);
    const { handler } = await import(pathToFileURL(join(data.directory, "index.mjs")).href);
    for (const name of ["bzip2", "xz", "zip"] as const) {
      const bytes = packedFiles[name];
      expect(await handler({ name, bytes })).toBe(packedText.toString());
      expect(await handler({ name, bytes: bytes.subarray(0, 99) })).toEqual([
        true,
        expect.stringContaining("cut off"),
      ]);
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

test("what makes stores of a type is in bundles only where one is named", async () => {
  const names = ["data", "workers/copy", "upkeep/reaper"] as const;
  const built = async (absent: readonly OptionalStore[]) => {
    const { outputFiles } = await build({
      entryPoints: names.map((name) => ({ in: sourceOf(name), out: name })),
      ...{ bundle: true, minify: true, write: false, outdir: "out", logLevel: "silent" },
      ...{ format: "esm", platform: "node", packages: "external" },
      plugins: [absentStores(absent)],
    });
    return outputFiles.map(({ text }) => text);
  };
  const [all, without] = await Promise.all([built([]), built(optionalStores)]);
  for (const [at, name] of names.entries()) {
    const [one = "", other = ""] = [all[at], without[at]];
    expect(one, name).toMatch(/x-container-meta-made-by/i);
    expect(other, name).not.toMatch(/x-container-meta/i);
    expect(other, name).toContain("without stores of type swift");
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
