import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appEnvironment, assemblyKey, sourcesKey } from "../../../infra/local/assembly-key.ts";
import { keptFolders } from "../../../infra/local/kept-folders.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "assembly-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe("the key of an assembly", () => {
  const environment = { GLANCE_IMAGE_SIZE_CAP: "5", PATH: "/bin" };
  const key = (changes: Record<string, string> = {}) => assemblyKey(root, { ...environment, ...changes });

  beforeEach(() => {
    write("cdk.json", "{}");
    write("package-lock.json", "{}");
    for (const folder of ["client", "functions", "infra", "programs", "shared"]) write(`${folder}/a.ts`, "1");
  });

  it("is the same for the same tree and settings, whatever the path and the terminal", () => {
    const first = key();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(key({ PATH: "/usr/bin", TERM: "vt100" })).toBe(first);
  });

  it.each([
    ["a source", "shared/a.ts", "2"],
    ["a source of the same length and time", "functions/a.ts", "3"],
    ["a source that is new", "shared/images/b.ts", ""],
    ["the lock file", "package-lock.json", "{ }"],
    ["what npm installed", "node_modules/.package-lock.json", "{}"],
    ["the compiler's settings", "tsconfig.json", "{}"],
    ["the context", "cdk.json", '{"context":{}}'],
  ])("changes with %s", (_what, path, text) => {
    const first = key();
    const file = write(path, text);
    utimesSync(file, 0, 0);
    expect(key()).not.toBe(first);
  });

  it("changes with a file that is gone", () => {
    const file = write("shared/b.ts", "1");
    const first = key();
    rmSync(file);
    expect(key()).not.toBe(first);
  });

  it.each(["GLANCE_IMAGE_SIZE_CAP", "GLANCE_DELAYED_DELETE", "AWS_REGION", "NODE_OPTIONS"])(
    "changes with %s",
    (name) => {
      expect(key({ [name]: name.endsWith("CAP") ? "6" : "true" })).not.toBe(key());
    },
  );

  it("changes with the content of the files that settings name, in the context too", () => {
    const policy = write("policy.yaml", "a");
    const first = key({ GLANCE_POLICY_FILE: policy });
    write("policy.yaml", "b");
    expect(key({ GLANCE_POLICY_FILE: policy })).not.toBe(first);

    write("cdk.json", '{"context":{"settings":{"property_protection_file":"protections.conf"}}}');
    const other = key();
    write("protections.conf", "[a]");
    expect(key()).not.toBe(other);
  });

  it("has a part for the sources alone, which the settings leave as it is", () => {
    const first = sourcesKey(root);
    expect(sourcesKey(root)).toBe(first);
    write("shared/a.ts", "2");
    expect(sourcesKey(root)).not.toBe(first);
  });

  it("is unknown for bad settings, and for a context from elsewhere", () => {
    expect(key({ GLANCE_IMAGE_SIZE_CAP: "big" })).toBeUndefined();
    expect(key({ CDK_CONTEXT_JSON: "{}" })).toBeUndefined();
  });

  it("holds each variable that the app gets and that could change what it makes", () => {
    expect(appEnvironment({ ...environment, SECRET: "s", NODE_OPTIONS: "n" })).toEqual({
      ...environment,
      NODE_OPTIONS: "n",
    });
  });
});

describe("kept folders", () => {
  const cacheFolder = () => join(root, "cache");
  const emptyFolder = () => mkdtempSync(join(root, "out-"));

  /** An assembly with one file, made with one package's file. */
  async function keepOne(key: string) {
    const packageFile = write("node_modules/p/index.js", "export {}");
    write("made/asset/index.mjs", `of ${key}`);
    const cache = keptFolders(cacheFolder());
    await cache.keep(join(root, "made"), key, [packageFile]);
    return { cache, packageFile };
  }

  it("are copied whole, for their own key only", async () => {
    const { cache, packageFile } = await keepOne("one");
    const folder = emptyFolder();
    expect(await cache.copyTo(folder, "one")).toEqual([packageFile]);
    expect(readFileSync(join(folder, "asset/index.mjs"), "utf8")).toBe("of one");
    expect(await cache.copyTo(emptyFolder(), "other")).toBeUndefined();
  });

  it("do not count when a package's file was changed by hand, or is gone", async () => {
    const { cache, packageFile } = await keepOne("one");
    writeFileSync(packageFile, "export { }");
    expect(await cache.copyTo(emptyFolder(), "one")).toBeUndefined();
    await keepOne("one");
    rmSync(packageFile);
    expect(await cache.copyTo(emptyFolder(), "one")).toBeUndefined();
  });

  it("leave an empty folder when one is broken", async () => {
    const { cache } = await keepOne("one");
    rmSync(join(cacheFolder(), "one/made"), { recursive: true });
    const folder = emptyFolder();
    expect(await cache.copyTo(folder, "one")).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are bounded in number: the longest unused goes", async () => {
    for (let at = 0; at < 20; at++) {
      await keepOne(`k${at}`);
      utimesSync(join(cacheFolder(), `k${at}`), at, at);
    }
    const { cache, packageFile } = await keepOne("newest");
    expect(readdirSync(cacheFolder())).toHaveLength(20);
    expect(await cache.copyTo(emptyFolder(), "k0")).toBeUndefined();
    expect(await cache.copyTo(emptyFolder(), "newest")).toEqual([packageFile]);
  });

  it("are not kept where the folder cannot be written; nobody is told", async () => {
    write("cache", "a file");
    const { cache } = await keepOne("one");
    expect(await cache.copyTo(emptyFolder(), "one")).toBeUndefined();
  });
});
