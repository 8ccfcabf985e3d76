import { describe, expect, it } from "vitest";
import { metadefService } from "../../../client/openstack/metadef-service.ts";
import { definitionsOf } from "../../../client/openstack/namespace-definitions.ts";
import type { Answer } from "../../../client/transfer/exchange.ts";
import { ApiRefused } from "../../../client/transfer/transfer-api.ts";
import { refused } from "./memory-metadefs.ts";

/** The service as a function of its calls, which are kept. */
function answering(answer: (call: string) => unknown) {
  const calls: [string, unknown][] = [];
  const service = metadefService(async (method, path, payload): Promise<Answer> => {
    // As the caller does it: what a URL makes of a path is what is asked.
    const url = new URL(`https://image.example${path}`);
    const call = `${method} ${url.pathname}${url.search}`;
    calls.push([call, payload]);
    const body = answer(call);
    if (body === undefined) throw refused(404);
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  }, "https://image.example");
  return { service, calls };
}

const all = async <Value>(values: AsyncIterable<Value>): Promise<Value[]> => {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
};

describe("the catalogue", () => {
  it("is listed page by page, by nothing of a link but its query", async () => {
    const { service, calls } = answering((call) =>
      call.endsWith("limit=200")
        ? { namespaces: [{ namespace: "a" }], next: "https://elsewhere.example/x?limit=200&marker=a%26b" }
        : { namespaces: [{ namespace: "b" }] },
    );
    expect((await all(service.list())).map(({ namespace }) => namespace)).toEqual(["a", "b"]);
    expect(calls.map(([call]) => call)).toEqual([
      "GET /v2/metadefs/namespaces?limit=200",
      "GET /v2/metadefs/namespaces?limit=200&marker=a%26b",
    ]);
  });

  it.each([{}, { namespaces: {} }, { namespaces: [5] }])("that is %j is not understood", async (page) => {
    await expect(all(answering(() => page).service.list())).rejects.toThrow("not understood");
  });

  it("knows that something is not there, and that it is gone", async () => {
    const { service } = answering(() => undefined);
    expect(await service.find("a")).toBeUndefined();
    await service.delete("a");
    await service.removeAssociation("a", "b");
    await expect(service.addTag("a", "b")).rejects.toThrow(ApiRefused);
  });
});

describe("names of all kinds", () => {
  const odd = "a/b?c#d%41 ü&=+😀\\..";
  const inPath = encodeURIComponent(odd);
  const schema = { type: "string", title: "T" };
  const object = { name: odd, required: [], properties: new Map([["__proto__", schema]]) };

  it("stay one part of the path, and whole in bodies", async () => {
    const { service, calls } = answering(() => ({ namespace: odd }));
    await service.find(odd);
    await service.update(odd, { namespace: odd, protected: false });
    await service.removeAssociation(odd, odd);
    await service.addProperty(odd, odd, schema);
    await service.replaceProperty(odd, odd, schema);
    await service.addObject(odd, object);
    await service.replaceObject(odd, object);
    await service.addTag(odd, odd);
    const root = `/v2/metadefs/namespaces/${inPath}`;
    expect(calls.map(([call]) => call)).toEqual([
      `GET ${root}`,
      `PUT ${root}`,
      `DELETE ${root}/resource_types/${inPath}`,
      `POST ${root}/properties`,
      `PUT ${root}/properties/${inPath}`,
      `POST ${root}/objects`,
      `PUT ${root}/objects/${inPath}`,
      `POST ${root}/tags/${inPath}`,
    ]);
    expect(calls[3]?.[1]).toEqual({ ...schema, name: odd });
    expect(JSON.stringify(calls[5]?.[1])).toContain(
      '"properties":{"__proto__":{"type":"string","title":"T"}}',
    );
  });

  it.each([".", ".."])("but for %j, which would lead to another path: nothing is asked", async (name) => {
    const { service, calls } = answering(() => ({}));
    await expect(service.find(name)).rejects.toThrow("in a URL it means a folder");
    await expect(service.delete(name)).rejects.toThrow("in a URL it means a folder");
    await expect(service.replaceProperty("a", name, schema)).rejects.toThrow("in a URL it means a folder");
    expect(calls).toEqual([]);
  });

  it("are sent in a new namespace as they are", async () => {
    const { service, calls } = answering(() => ({}));
    await service.create(definitionsOf({ namespace: odd, tags: [{ name: ".." }], objects: [{ name: odd }] }));
    expect(calls[0]?.[1]).toMatchObject({ namespace: odd, tags: [{ name: ".." }], objects: [{ name: odd }] });
  });
});
