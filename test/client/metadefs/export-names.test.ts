import fc from "fast-check";
import { expect, it } from "vitest";
import { exportNames } from "../../../client/metadefs/export-names.ts";

const base = (namespace: string, display_name?: string) => ({
  namespace,
  protected: false,
  ...(display_name === undefined ? {} : { display_name }),
});

it("names are those of upstream's exporter", () => {
  const names = exportNames([
    base("OS::Compute::Quota", "Flavor Quota"),
    base("OS::Compute::VirtCPUTopology", "Virtual_CPU: Topology!"),
    base("x", "Größe 2 字"),
  ]);
  expect([...names.values()]).toEqual(["FlavorQuota.json", "VirtualCPUTopology.json", "Größe2字.json"]);
});

it("without a display name the namespace's counts, without letters a word", () => {
  expect([...exportNames([base("OS::A"), base("::", "--")]).values()]).toEqual([
    "OSA.json",
    "namespace.json",
  ]);
});

it("the same name twice, in other letters or forms, gets a part of its own for each", () => {
  const namespaces = [base("1", "Web"), base("2", "WEB"), base("3", "Ｗｅｂ"), base("4", "Database")];
  const names = exportNames(namespaces);
  expect(names.get("4")).toBe("Database.json");
  expect(names.get("1")).toMatch(/^Web-[0-9a-f]{12}\.json$/);
  expect(new Set([...names.values()].map((name) => name.toLowerCase())).size).toBe(4);
  expect(exportNames([...namespaces].reverse())).toEqual(new Map([...names].reverse()));
});

it("whatever namespaces are called, every file lies in the folder, is no other's, and fits", () => {
  const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 30 });
  const text = fc.oneof(
    units.map((drawn) => String.fromCharCode(...drawn)),
    fc.constant("ü".repeat(300)),
  );
  const hostile = fc.oneof(
    text,
    fc.constantFrom("../../etc/passwd", ".", "..", "/", "CON", "a\0b", "-", "__proto__"),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(hostile, fc.option(hostile, { nil: undefined })), {
        selector: ([name]) => name,
        maxLength: 12,
      }),
      (drawn) => {
        const names = [...exportNames(drawn.map(([name, display]) => base(name, display))).values()];
        const onDisk = new Set(names.map((name) => name.normalize("NFKC").toLowerCase()));
        const isSafe = (name: string) =>
          /^[\p{L}\p{N}]+(-[0-9a-f]{12})?\.json$/u.test(name) && Buffer.byteLength(name) < 256;
        return onDisk.size === drawn.length && names.every(isSafe);
      },
    ),
  );
});
