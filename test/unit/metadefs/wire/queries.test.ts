import { describe, expect, it, test } from "vitest";
import { withoutPrefix } from "../../../../shared/metadefs/domain/prefixed-name.ts";
import { readNamespaceQuery } from "../../../../shared/metadefs/wire/namespace-query.ts";
import { readObjectQuery } from "../../../../shared/metadefs/wire/object-query.ts";
import { readResourceType } from "../../../../shared/metadefs/wire/prefix-query.ts";
import { readTagQuery } from "../../../../shared/metadefs/wire/tag-query.ts";
import { readSettings } from "../../../../shared/settings.ts";

const settings = readSettings({});
const namespaces = (text: string) => readNamespaceQuery(new URLSearchParams(text), settings);
const tags = (text: string) => readTagQuery(new URLSearchParams(text));
const objects = (text: string) => readObjectQuery(new URLSearchParams(text));

const wrong = ["limit=-1", "limit=1.5", "limit=many", "sort_dir=up", "sort_dir=", "visibility=all"];

describe("the list of namespaces", () => {
  it("has Glance's defaults", () => {
    expect(namespaces("")).toStrictEqual({ limit: 25, sort_key: "created_at", sort_dir: "desc" });
  });

  it("reads all its parameters, the last of repeated ones, and no others", () => {
    const query =
      "limit=2&marker=OS::A&sort_key=owner&sort_key=namespace&sort_dir=asc&visibility=private" +
      "&resource_types=OS::A,OS::B&__proto__=1&name=x";
    expect(namespaces(query)).toStrictEqual({
      limit: 2,
      marker: "OS::A",
      sort_key: "namespace",
      sort_dir: "asc",
      visibility: "private",
      resource_types: ["OS::A", "OS::B"],
    });
  });

  it("has at most as many entries as the settings allow", () => {
    expect(namespaces("limit=5000").limit).toBe(1000);
    expect(namespaces(`limit=${"9".repeat(400)}`).limit).toBe(1000);
    const few = readSettings({ GLANCE_API_LIMIT_MAX: "10" });
    expect(readNamespaceQuery(new URLSearchParams(), few).limit).toBe(10);
  });

  it("is empty for a limit of 0 and for an empty visibility, which no namespace has", () => {
    expect(namespaces("limit=0").limit).toBe(0);
    expect(namespaces("visibility=")).toStrictEqual({ limit: 0, sort_key: "created_at", sort_dir: "desc" });
  });

  it("begins at the beginning for an empty marker", () => {
    expect(namespaces("marker=")).not.toHaveProperty("marker");
  });

  test.each([...wrong, "limit=", "sort_key=size", "sort_key=", "sort_key=constructor", "visibility=shared"])(
    "refuses %s",
    (text) => {
      expect(() => namespaces(text)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );

  it("refuses more resource types than it reads lists for", () => {
    const types = (count: number) => `resource_types=${Array.from({ length: count }, (_, at) => `t${at}`)}`;
    expect(namespaces(types(50)).resource_types).toHaveLength(50);
    expect(() => namespaces(types(51))).toThrow(/more than 50 names/);
  });
});

describe("the list of tags", () => {
  it("has all tags unless a limit is given, the newest first", () => {
    expect(tags("")).toStrictEqual({ sort_key: "created_at", sort_dir: "desc" });
    expect(tags("limit=&marker=&visibility=shared")).toStrictEqual(tags(""));
    expect(tags("limit=0&marker=t&sort_key=name&sort_dir=asc")).toStrictEqual({
      limit: 0,
      marker: "t",
      sort_key: "name",
      sort_dir: "asc",
    });
  });

  test.each([...wrong, "sort_key=namespace"])("refuses %s", (text) => {
    expect(() => tags(text)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe("the list of objects", () => {
  test.each(["", "limit=1", "marker=none&sort_key=none", "visibility=shared&sort_dir=asc"])(
    "takes %j",
    (text) => {
      expect(() => objects(text)).not.toThrow();
    },
  );
  test.each([...wrong, "limit=0", "limit="])("refuses %s", (text) => {
    expect(() => objects(text)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe("names with the prefix of a resource type", () => {
  it("are asked for with the last resource type that is given", () => {
    expect(readResourceType(new URLSearchParams("resource_type=a&resource_type=b"))).toBe("b");
    expect(readResourceType(new URLSearchParams("resource_type=&other=1"))).toBeUndefined();
  });

  it("are found without it, and not at all when they do not begin with it", () => {
    expect(withoutPrefix("hw_cpu", "hw_")).toBe("cpu");
    for (const prefix of ["HW_", "", null, "hw_cpu_cores"]) {
      expect(() => withoutPrefix("hw_cpu", prefix)).toThrow(expect.objectContaining({ status: 404 }));
    }
  });
});
