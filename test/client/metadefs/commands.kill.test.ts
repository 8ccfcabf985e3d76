import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ImageClient, logIn } from "../../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../../runtime/local-runtime.ts";
import { type HookedProxy, startHookedProxy } from "../hooked-proxy.ts";
import { createMachine, type Machine } from "../imagectl-process.ts";
import { readCatalogue } from "./read-catalogue.ts";

let runtime: LocalRuntime;
let proxy: HookedProxy;
let admin: ImageClient;
let machine: Machine;
beforeAll(async () => {
  runtime = await startRuntime();
  proxy = await startHookedProxy(runtime.url);
  admin = await logIn(runtime.url, "admin");
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "admin" });
});
afterAll(async () => {
  machine?.remove();
  proxy?.close();
  await runtime?.stop();
  runtime?.remove();
});
afterEach(async () => {
  proxy.hook = () => undefined;
  await emptied();
});

interface FileLine {
  readonly namespace: string;
  readonly result: string;
}

/** Takes everything out of the catalogue. */
async function emptied(): Promise<void> {
  for (const [namespace, each] of Object.entries(await catalogue())) {
    const path = `/v2/metadefs/namespaces/${encodeURIComponent(namespace)}`;
    if ((each as { protected: boolean }).protected) {
      await admin.fetch(path, { method: "PUT", body: JSON.stringify({ namespace, protected: false }) });
    }
    expect((await admin.fetch(path, { method: "DELETE" })).status, namespace).toBe(204);
  }
}

let folders = 0;
/** A folder with these definition files. */
function folderOf(definitions: readonly object[]): string {
  const folder = join(machine.folder, `definitions-${++folders}`);
  mkdirSync(folder);
  for (const [index, each] of definitions.entries())
    writeFileSync(join(folder, `${index}.json`), JSON.stringify(each));
  return folder;
}
const catalogue = () => readCatalogue((path) => admin.fetch(path));
const property = (title: string) => ({ type: "string", title });
const throughProxy = () => ["--os-image-endpoint", proxy.url];

/** A namespace with some of everything. */
const some = (namespace: string, word: string) => ({
  namespace,
  display_name: `Some ${word}`,
  visibility: "public",
  protected: true,
  resource_type_associations: [{ name: "OS::Glance::Image", prefix: `${word}_` }],
  properties: { [word]: property(word), both: property(word) },
  objects: [{ name: word, required: [word], properties: { [word]: property(word) } }],
  tags: [{ name: word }, { name: "both" }],
});

describe("load", () => {
  it("says of each file what became of it, and fails for those that could not be loaded", async () => {
    const folder = folderOf([
      some("good", "a"),
      { namespace: "bad", properties: { p: { type: "none", title: "P" } } },
    ]);
    writeFileSync(join(folder, "no.json"), "{");
    const { code, stdout, stderr } = await machine.run("metadefs", "load", folder, "--json");
    expect(code).toBe(1);
    expect(stderr).toContain("2 of 3 files could not be loaded");
    expect(JSON.parse(stdout)).toMatchObject({
      dry_run: false,
      files: [
        { namespace: "good", result: "made", file: join(folder, "0.json") },
        { namespace: "bad", result: "refused", reason: expect.stringContaining("(400)") },
        { namespace: null, result: "unreadable", reason: expect.stringContaining("JSON") },
      ],
    });
    expect(Object.keys(await catalogue())).toEqual(["good"]);
  });

  it("merges as upstream's options say, and finds nothing to do the second time", async () => {
    const [before, after] = [folderOf([some("zz", "before")]), folderOf([some("zz", "after")])];
    const results = async (...options: string[]) => {
      const { files } = await machine.json("metadefs", "load", after, ...options);
      return (files as FileLine[]).map(({ result }) => result);
    };
    await machine.json("metadefs", "load", before);
    expect(await results()).toEqual(["left alone"]);
    for (const [options, result, titles] of [
      [["--merge"], "changed", { before: "before", both: "before", after: "after" }],
      [["--merge", "--prefer_new"], "changed", { before: "before", both: "after", after: "after" }],
      [["--merge", "--overwrite"], "replaced", { both: "after", after: "after" }],
    ] as const) {
      expect(await results(...options)).toEqual([result]);
      const { properties } = (await catalogue()).zz as { properties: Record<string, { title: string }> };
      expect(
        Object.fromEntries(Object.entries(properties).map(([name, { title }]) => [name, title])),
      ).toEqual(titles);
      expect(await results(...options)).toEqual(["left alone"]);
    }
    expect(Object.keys(await catalogue())).toEqual(["zz"]);
  });

  it("by somebody who may not is refused for each namespace", async () => {
    const demo = createMachine({
      OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
      OS_CLOUD: "demo",
    });
    const { code, stdout } = await demo.run("metadefs", "load", folderOf([some("zz", "a")]), "--json");
    demo.remove();
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ files: [expect.objectContaining({ result: "refused" })] }),
    ]);
  });

  it.each([
    ["a load", [] as string[], 12],
    ["an overwriting load", ["--merge", "--overwrite"], 30],
  ])("kill -9 in the middle of %s, and the same again, is the same end", async (_, options, requests) => {
    const names = Array.from({ length: 12 }, (_each, index) => `kill-${index}`);
    const folder = folderOf(names.map((name) => some(name, "after")));
    await machine.json("metadefs", "load", folder);
    const whole = await catalogue();
    await emptied();
    if (options.length > 0) {
      await machine.json("metadefs", "load", folderOf(names.map((name) => some(name, "before"))));
    }

    const command = ["metadefs", "load", folder, ...options, ...throughProxy()];
    let seen = 0;
    const loading = machine.start(...command);
    proxy.hook = (_method, path) => {
      if (path.startsWith("/v2/metadefs") && ++seen === requests) loading.process.kill("SIGKILL");
      return undefined;
    };
    expect((await loading.ended).code).toBeNull();
    expect(await catalogue()).not.toEqual(whole);
    await machine.json(...command);
    expect(await catalogue()).toEqual(whole);
  });
});

describe("export", () => {
  const hostile = ["a/b", "__proto__", "ü 😀", "%2e%2e%2f", "A", "a", "-rf *", "?x=#y"];

  it("and load are a round trip, whatever names there are", async () => {
    const inside = [...hostile, "../../etc/passwd"];
    const names = hostile.map((name, index) => ({
      ...some(name, "word"),
      display_name: index === 0 ? "../../etc/passwd" : name,
      properties: Object.fromEntries(inside.map((each) => [each, property(each)])),
      objects: inside.map((each) => ({ name: each, properties: {} })),
      tags: inside.map((each) => ({ name: each })),
      resource_type_associations: inside.map((each) => ({ name: each, prefix: each })),
    }));
    await machine.json("metadefs", "load", folderOf(names));
    const before = await catalogue();
    expect(Object.keys(before).sort()).toEqual([...hostile].sort());

    const out = join(machine.folder, `out-${++folders}`);
    await machine.json("metadefs", "export", out);
    expect(readdirSync(out)).toHaveLength(hostile.length);
    await emptied();
    await machine.json("metadefs", "load", out);
    expect(await catalogue()).toEqual(before);
    // What was exported is what is there: no mode finds a difference.
    const { files } = await machine.json("metadefs", "load", out, "--merge", "--overwrite", "--dry-run");
    expect((files as FileLine[]).filter(({ result }) => result !== "left alone")).toEqual([]);
  });

  it("writes what is chosen, under the same name as always, and replaces only its own files", async () => {
    const other = { ...some("other", "a"), resource_type_associations: [] };
    await machine.json("metadefs", "load", folderOf([some("one", "a"), some("two", "a"), other]));
    const all = join(machine.folder, `all-${++folders}`);
    const few = join(machine.folder, `few-${folders}`);
    await machine.json("metadefs", "export", all);
    await machine.json("metadefs", "export", few, "--namespace", "two", "--namespace", "other");
    await machine.json("metadefs", "export", few, "--resource-type", "OS::Glance::Image");
    expect(readdirSync(few).sort()).toEqual(readdirSync(all).sort());
    expect(readdirSync(few).every((name) => /^Somea-[0-9a-f]{12}\.json$/.test(name))).toBe(true);

    const [first = ""] = readdirSync(all);
    writeFileSync(join(all, first), "mine");
    const { code, stderr } = await machine.run("metadefs", "export", all);
    expect([code, stderr]).toEqual([2, expect.stringContaining("is another file than that of")]);
    expect(readFileSync(join(all, first), "utf8")).toBe("mine");
    const missing = await machine.run("metadefs", "export", few, "--namespace", "none");
    expect([missing.code, missing.stdout]).toEqual([1, expect.stringContaining("there is none")]);
  });

  it("keeps the owner only of what is another project's", async () => {
    const theirs = { ...some("theirs", "a"), owner: "0123456789abcdef0123456789abcdef" };
    await machine.json("metadefs", "load", folderOf([some("mine", "b"), theirs]));
    const out = join(machine.folder, `owners-${++folders}`);
    await machine.json("metadefs", "export", out);
    const owners = ["Somea", "Someb"].map(
      (name) => (JSON.parse(readFileSync(join(out, `${name}.json`), "utf8")) as { owner?: string }).owner,
    );
    expect(owners).toEqual([theirs.owner, undefined]);
  });
});

describe("unload", () => {
  it("shows first, leaves what is protected, and deletes it by force", async () => {
    const open = { ...some("open", "a"), protected: false };
    await machine.json("metadefs", "load", folderOf([some("closed", "a"), open]));
    const unload = async (...words: string[]) => {
      const { code, stdout } = await machine.run("metadefs", "unload", ...words, "--json");
      const lines = JSON.parse(stdout) as FileLine[];
      return [code, Object.fromEntries(lines.map(({ namespace, result }) => [namespace, result]))];
    };
    expect(await unload()).toEqual([2, { open: "would be deleted", closed: "protected" }]);
    expect(Object.keys(await catalogue()).sort()).toEqual(["closed", "open"]);
    expect(await unload("--yes")).toEqual([1, { open: "deleted", closed: "protected" }]);
    expect(await unload("closed", "none", "--yes", "--force")).toEqual([
      1,
      { closed: "deleted", none: "missing" },
    ]);
    expect(await catalogue()).toEqual({});
    expect(await unload("--yes")).toEqual([0, {}]);
  });
});
