import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDefinitionFiles } from "../../../client/metadefs/definition-files.ts";
import { namespaceBody } from "../../../client/openstack/namespace-body.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "definitions-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
/** What became of the only file. */
async function readOne(content: unknown) {
  const [only] = await readDefinitionFiles([write("one.json", content)]);
  if (only === undefined) throw new Error("nothing was read");
  return "error" in only ? only.error.message : namespaceBody(only.definitions);
}

const empty = { protected: false, resource_type_associations: [], properties: {}, objects: [], tags: [] };

describe("a definition file", () => {
  it("is read with all that the API takes, and what an object requires", async () => {
    const body = {
      namespace: "zz",
      display_name: "ZZ",
      description: "all of it",
      visibility: "public",
      protected: true,
      owner: "8f2c",
      resource_type_associations: [{ name: "A", prefix: "a_", properties_target: "image" }],
      properties: { p: { type: "string", title: "P", default: 5 } },
      objects: [{ name: "o", description: "O", required: ["q"], properties: { q: { type: "integer" } } }],
      tags: [{ name: "t" }],
    };
    expect(await readOne(body)).toEqual(body);
  });

  it("may be what the API shows, whose own keys fall away", async () => {
    const own = { created_at: "2026-01-01T00:00:00Z", self: "/v2/…", schema: "/v2/…" };
    expect(
      await readOne({
        namespace: "zz",
        ...own,
        objects: [{ name: "o", ...own }],
        tags: [{ name: "t", ...own }],
      }),
    ).toEqual({
      namespace: "zz",
      ...empty,
      objects: [{ name: "o", properties: {} }],
      tags: [{ name: "t" }],
    });
  });

  it("may have null for what it does not say, and a byte order mark", async () => {
    const nulls = { display_name: null, visibility: null, protected: null, owner: null, objects: null };
    const text = `\ufeff${JSON.stringify({ namespace: "zz", ...nulls, properties: null, tags: null })}`;
    expect(await readOne(text)).toEqual({ namespace: "zz", ...empty });
  });

  it("is nobody's when its owner is admin, the name that upstream's loader writes", async () => {
    expect(await readOne({ namespace: "zz", owner: "admin" })).toEqual({ namespace: "zz", ...empty });
  });

  it("may use names that mean something to JavaScript", async () => {
    const text =
      '{"namespace": "__proto__", "properties": {"__proto__": {"type": "string"}, "constructor": {}}}';
    const read = await readOne(text);
    expect(JSON.stringify(read)).toContain('"properties":{"__proto__":{"type":"string"},"constructor":{}}');
  });

  it.each([
    ["", "JSON"],
    ["[]", "no JSON object"],
    [{}, "has no namespace"],
    [{ namespace: "" }, "has no namespace"],
    [{ namespace: "zz", display_name: 5 }, "display_name is no text"],
    [{ namespace: "zz", visibility: "shared" }, "neither public nor private"],
    [{ namespace: "zz", protected: "yes" }, "neither true nor false"],
    [{ namespace: "zz", properties: [] }, "properties of zz are no object"],
    [{ namespace: "zz", properties: { p: 5 } }, "property p of zz is no object"],
    [{ namespace: "zz", objects: {} }, "objects of zz is no list"],
    [{ namespace: "zz", objects: [5] }, "objects[0] of zz is no object"],
    [{ namespace: "zz", objects: [{}] }, "objects[0] has no name"],
    [{ namespace: "zz", objects: [{ name: "o", required: "x" }] }, "required of o is no list"],
    [{ namespace: "zz", tags: [{ name: "t" }, { name: "t" }] }, "tags has t twice"],
    [{ namespace: "zz", resource_type_associations: [{ prefix: "x" }] }, "[0] has no name"],
  ])("that is %j is told why", async (content, reason) => {
    expect(await readOne(content)).toContain(reason);
  });

  it("that is no UTF-8, no file or not there is told", async () => {
    const bytes = join(folder, "bytes.json");
    writeFileSync(bytes, Buffer.from([0x22, 0xff, 0x22]));
    const read = await readDefinitionFiles([bytes, "/dev/null", join(folder, "none.json")]);
    expect(read.map((each) => "error" in each && each.error.message)).toEqual([
      expect.stringContaining("not valid"),
      "it is no regular file",
      expect.stringContaining("ENOENT"),
    ]);
  });
});

describe("a folder of definition files", () => {
  it("is read in the order of names, other files left out, each file once", async () => {
    write("b.json", { namespace: "b" });
    write("a.json", { namespace: "a" });
    write("README", "no definition");
    write("c.json.1.tmp", "half a fil");
    symlinkSync(join(folder, "a.json"), join(folder, "link"));
    const read = await readDefinitionFiles([folder, join(folder, "a.json")]);
    expect(read.map((each) => "definitions" in each && each.definitions.namespace)).toEqual(["a", "b"]);
  });

  it("does not lose the others for one that cannot be read, or that has the same namespace", async () => {
    write("a.json", "{");
    write("b.json", { namespace: "b" });
    write("c.json", { namespace: "b" });
    mkdirSync(join(folder, "d.json"));
    const read = await readDefinitionFiles([folder]);
    expect(read.map((each) => ("error" in each ? each.error.message : each.definitions.namespace))).toEqual([
      expect.stringContaining("JSON"),
      "b",
      `its namespace b is in ${join(folder, "b.json")}`,
      "it is no regular file",
    ]);
  });

  it("without any is told", async () => {
    const [only] = await readDefinitionFiles([folder]);
    expect(only && "error" in only && only.error.message).toContain("no file whose name ends in .json");
  });
});
