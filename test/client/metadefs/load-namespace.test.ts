import { beforeEach, describe, expect, it } from "vitest";
import { loadNamespace, type Mode } from "../../../client/metadefs/load-namespace.ts";
import { definitionsOf } from "../../../client/openstack/namespace-definitions.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../fakes/faulty.ts";
import { type MemoryMetadefs, memoryMetadefs, refused } from "./memory-metadefs.ts";

const property = (title: string) => ({ type: "string", title });
const old = {
  namespace: "zz",
  display_name: "Before",
  visibility: "private",
  protected: true,
  owner: "their",
  resource_type_associations: [{ name: "Same" }, { name: "Other", prefix: "a_" }],
  properties: { same: property("same"), other: property("before"), gone: property("gone") },
  objects: [
    { name: "o", required: ["x"], properties: { x: property("before") } },
    { name: "same", properties: {} },
  ],
  tags: [{ name: "t1" }, { name: "gone" }],
};
const file = {
  namespace: "zz",
  display_name: "After",
  visibility: "public",
  protected: true,
  resource_type_associations: [{ name: "New" }, { name: "Same" }, { name: "Other", prefix: "b_" }],
  properties: { same: property("same"), other: property("after"), new: property("new") },
  objects: [
    { name: "o", required: ["x"], properties: { x: property("after") } },
    { name: "same", properties: {} },
    { name: "new", required: ["y"], properties: { y: property("y") } },
  ],
  tags: [{ name: "t1" }, { name: "t2" }],
};
const wanted = definitionsOf(file);

let service: MemoryMetadefs;
/** A service with the old namespace. */
beforeEach(async () => {
  service = memoryMetadefs();
  await service.create(definitionsOf(old));
  service.changes.length = 0;
});
const load = (mode: Mode, isDryRun = false) => loadNamespace(service, wanted, { mode, isDryRun });
const found = (): unknown => service.all().zz;

/** The catalogue, whatever the order in which its entries came. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => JSON.stringify(sorted(each))).sort();
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, sorted(member)]);
  return Object.fromEntries(members.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)));
};

/** What a namespace contains, as a text. */
const contentOf = (body: unknown): string => {
  const { resource_type_associations, properties, objects, tags } = body as typeof old;
  return JSON.stringify(sorted({ resource_type_associations, properties, objects, tags }));
};

const merged = {
  ...old,
  resource_type_associations: [...old.resource_type_associations, { name: "New" }],
  properties: { ...old.properties, new: property("new") },
  objects: [...old.objects, file.objects[2]],
  tags: [...old.tags, { name: "t2" }],
};
const newer = {
  ...merged,
  display_name: "After",
  visibility: "public",
  resource_type_associations: file.resource_type_associations,
  properties: { ...merged.properties, other: property("after") },
  objects: file.objects,
};
const ends: Readonly<Record<Mode, unknown>> = {
  skip: old,
  merge: merged,
  "prefer-new": newer,
  overwrite: { ...file, owner: "their" },
};
const modes = Object.keys(ends) as Mode[];

describe.each(modes)("a namespace that is there, loaded with %s", (mode) => {
  it("becomes what upstream's option means, and nothing else is there", async () => {
    await load(mode);
    expect(sorted(found())).toEqual(sorted(ends[mode]));
    expect(Object.keys(service.all())).toEqual(["zz"]);
  });

  it("is left alone the second time, by no change at all", async () => {
    await load(mode);
    service.changes.length = 0;
    expect((await load(mode)).result).toBe("left alone");
    expect(service.changes).toEqual([]);
  });

  it("is not changed by a dry run, which tells the same", async () => {
    const told = await load(mode, true);
    expect(service.changes).toEqual([]);
    expect(told).toEqual(await load(mode));
  });

  it("ends the same when the load is killed at any call and begun again", async () => {
    const begin = async (point?: FaultPoint) => {
      service = memoryMetadefs();
      await service.create(definitionsOf(old));
      const { ports, calls } = faulty({ service }, point);
      const loaded = loadNamespace(ports.service, wanted, { mode, isDryRun: false });
      return loaded.then(calls, (error: unknown) => {
        expect(error).toBeInstanceOf(InjectedFault);
        return calls();
      });
    };
    const calls = await begin();
    for (let call = 1; call <= calls; call++) {
      for (const moment of ["before", "after"] as const) {
        await begin({ call, moment });
        // What an overwrite takes away, it has made again before.
        const kept = Object.values(service.all()).map(contentOf);
        const whole = mode === "overwrite" ? [old, file].map(contentOf) : kept;
        expect(
          kept.some((each) => whole.includes(each)),
          `${moment} ${call}`,
        ).toBe(true);
        await load(mode);
        expect(sorted(service.all()), `${moment} ${call}`).toEqual({ zz: sorted(ends[mode]) });
      }
    }
  });

  it("is told as refused, with the reason, when the service refuses all changes", async () => {
    const refusing = new Proxy(service, {
      get: (target, name, receiver) =>
        name === "find"
          ? Reflect.get(target, name, receiver)
          : () => Promise.reject(refused(403, "you may not")),
    });
    const outcome = await loadNamespace(refusing, wanted, { mode, isDryRun: false });
    expect(outcome.result).toBe(mode === "skip" ? "left alone" : "refused");
    if (mode !== "skip") expect(outcome.reason).toContain("refused (403): you may not");
    expect(sorted(found())).toEqual(sorted(old));
  });
});

describe("a namespace that is not there", () => {
  beforeEach(() => {
    service = memoryMetadefs();
  });

  it.each(modes)("is made by one call, with %s", async (mode) => {
    expect(await load(mode)).toEqual({ result: "made" });
    expect(service.changes).toEqual(["create zz"]);
    expect(sorted(found())).toEqual(sorted({ ...file, owner: "own" }));
  });

  it("is made by nobody in a dry run", async () => {
    expect(await load("merge", true)).toEqual({ result: "made" });
    expect(service.all()).toEqual({});
  });

  it("is made although the answer was lost and the call repeated", async () => {
    const repeating = new Proxy(service, {
      get: (target, name, receiver) =>
        name === "create"
          ? async (body: typeof wanted) => {
              await target.create(body);
              await target.create(body);
            }
          : Reflect.get(target, name, receiver),
    });
    expect(await loadNamespace(repeating, wanted, { mode: "skip", isDryRun: false })).toEqual({
      result: "made",
    });
  });

  it.each([
    ["skip", "refused"],
    ["merge", "changed"],
  ] as const)("that another one made meanwhile is, with %s, %s", async (mode, result) => {
    let looks = 0;
    const racing = new Proxy(service, {
      get: (target, name, receiver) => {
        if (name !== "find" || looks++ > 0) return Reflect.get(target, name, receiver);
        return async () => {
          await target.create(definitionsOf(old));
        };
      },
    });
    expect(await loadNamespace(racing, wanted, { mode, isDryRun: false })).toMatchObject({ result });
    expect(sorted(found())).toEqual(sorted(ends[mode]));
  });

  it("whose name is taken out of the caller's sight is refused", async () => {
    await service.create(definitionsOf(old));
    const blind = new Proxy(service, {
      get: (target, name, receiver) =>
        name === "find" ? async () => undefined : Reflect.get(target, name, receiver),
    });
    const outcome = await loadNamespace(blind, wanted, { mode: "overwrite", isDryRun: false });
    expect([outcome.result, outcome.reason]).toEqual(["refused", expect.stringContaining("cannot see")]);
  });

  it("that a Glance keeps half of when it refuses the rest is told to be there", async () => {
    const halving = new Proxy(service, {
      get: (target, name, receiver) =>
        name === "create"
          ? async (body: typeof wanted) => {
              await target.create({ ...body, objects: new Map() });
              throw refused(400, "an object is wrong");
            }
          : Reflect.get(target, name, receiver),
    });
    const outcome = await loadNamespace(halving, wanted, { mode: "skip", isDryRun: false });
    expect(outcome.reason).toMatch(/400.*an object is wrong; a part of it is there now/);
  });
});

describe("what the service refuses", () => {
  /** A service that refuses what is of this name. */
  const refusing = (call: string, bad: (...args: unknown[]) => boolean) =>
    new Proxy(service, {
      get: (target, name, receiver) => {
        const method = Reflect.get(target, name, receiver) as (...args: unknown[]) => unknown;
        return name === call
          ? (...args: unknown[]) => (bad(...args) ? Promise.reject(refused(400, "bad")) : method(...args))
          : method;
      },
    });

  it("is no reason to leave out the rest of a merge", async () => {
    const picky = refusing("addProperty", (_, name) => name === "new");
    const outcome = await loadNamespace(picky, wanted, { mode: "merge", isDryRun: false });
    expect(outcome).toMatchObject({ result: "refused", reason: "property new: refused (400): bad" });
    expect(found()).toMatchObject({ tags: [{ name: "t1" }, { name: "gone" }, { name: "t2" }] });
  });

  it("with a conflict is done where the name is there, and told where it is not", async () => {
    const racing = new Proxy(service, {
      get: (target, name, receiver) => {
        if (name === "addTag") return () => Promise.reject(refused(409, "being changed by others"));
        if (name !== "addProperty") return Reflect.get(target, name, receiver);
        return async (...args: Parameters<typeof target.addProperty>) => {
          await target.addProperty(...args);
          await target.addProperty(...args);
        };
      },
    });
    const outcome = await loadNamespace(racing, wanted, { mode: "merge", isDryRun: false });
    expect(outcome).toMatchObject({
      result: "refused",
      reason: "tag t2: refused (409): being changed by others",
    });
  });

  it("never takes an association away for good", async () => {
    const picky = refusing("addAssociation", (_, each) => (each as { prefix?: string }).prefix === "b_");
    await loadNamespace(picky, wanted, { mode: "prefer-new", isDryRun: false });
    expect(found()).toMatchObject({ protected: true });
    expect(JSON.stringify(found())).toContain('{"name":"Other","prefix":"a_"}');
  });

  it("never costs the namespace that it should have replaced", async () => {
    const picky = refusing("create", () => true);
    const outcome = await loadNamespace(picky, wanted, { mode: "overwrite", isDryRun: false });
    expect(outcome.result).toBe("refused");
    expect(sorted(service.all())).toEqual({ zz: sorted(old) });
    // A service whose policy lets nobody delete: it stays protected, and alone.
    const keeping = refusing("delete", (name) => name === "zz");
    await loadNamespace(keeping, wanted, { mode: "overwrite", isDryRun: false });
    expect(sorted(service.all())).toEqual({ zz: sorted(old) });
  });

  it("may be the last step of a replacement, which then takes another way", async () => {
    const picky = refusing("update", (name) => name !== "zz");
    await loadNamespace(picky, wanted, { mode: "overwrite", isDryRun: false });
    expect(sorted(service.all())).toEqual({ zz: sorted(ends.overwrite) });
  });

  it("is no outage: that ends the load", async () => {
    const down = new Proxy(service, { get: () => () => Promise.reject(refused(503)) });
    await expect(loadNamespace(down, wanted, { mode: "skip", isDryRun: false })).rejects.toThrow("503");
  });
});
