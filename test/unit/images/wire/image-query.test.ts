import { describe, expect, test } from "vitest";
import { parseIsoTime } from "../../../../shared/http/iso-time.ts";
import { pageLinks } from "../../../../shared/http/page-links.ts";
import { listedValues } from "../../../../shared/images/wire/filter-values.ts";
import { imageQuery } from "../../../../shared/images/wire/image-query.ts";
import { readSettings } from "../../../../shared/settings.ts";

const settings = readSettings({});
const parsed = (text: string) => imageQuery(new URLSearchParams(text), settings);
const order = (text: string) => parsed(text).order.map(({ key, direction }) => `${key}:${direction}`);

/** Without the one that hidden images are left out by. */
const conditions = (text: string) =>
  parsed(text).conditions.filter((each) => !(each.kind === "is" && each.attribute === "os_hidden"));

describe("what a list refuses, and says why", () => {
  test.each([
    ["limit=-1", /limit param must be an integer/],
    ["limit=1.5", /limit/],
    ["limit=", /limit/],
    ["sort_key=owner", /Invalid sort key: 'owner'.*name, status.*updated_at/],
    ["sort_key=name,size", /Invalid sort key/],
    ["sort=", /Invalid sort key/],
    ["sort=name:up", /Invalid sort direction: 'up'.*asc or desc/],
    ["sort=name:asc:desc", /Invalid sort direction/],
    ["sort_dir=ASC", /Invalid sort direction/],
    ["sort_dir=", /Invalid sort direction/],
    ["sort=name&sort_key=name", /Old and new sorting syntax cannot be combined/],
    ["sort=name&sort_dir=asc", /cannot be combined/],
    ["sort_key=name&sort_dir=asc&sort_dir=desc", /Number of sort dirs does not match/],
    ["sort_dir=asc&sort_dir=desc", /Number of sort dirs/],
    ["name=a:b", /unknown operator 'a'.*eq:a:b/],
    ["id=gt:1", /unknown operator 'gt'/],
    ["status=neq:active", /unknown operator/],
    ['name=in:a"b"', /no comma before an opening/],
    ['name=in:"a"b', /no comma after a closing/],
    ['name=in:"a,b', /not closed/],
    [`name=in:${Array.from({ length: 101 }, (_, n) => n)}`, /at most 100 values; name has 101/],
    ["created_at=yesterday", /Bad "created_at".*ISO 8601/],
    ["created_at=gt:2026-02-30", /Bad "created_at"/],
    ["updated_at=in:2026", /unknown operator 'in'.*gt, gte, lt, lte, eq, neq/],
    ["size_min=1.5", /non-numeric/],
    ["min_ram_max=", /non-numeric/],
    ["hw_min=3", /'hw_min'.*size, virtual_size, min_ram, min_disk only/],
    ["name_max=3", /'name_max'/],
    ["visibility=secret", /Invalid visibility value: secret.*community, public, private, shared, all/],
    ["member_status=maybe", /Invalid status: maybe.*pending, accepted, rejected, all/],
    ["member_status=", /Invalid status/],
    ["os_hidden=1", /'os_hidden'.*'true' or 'false'/],
    ["protected=True", /'protected'.*'true' or 'false'/],
    ["changes-since=2026-01-01", /changes-since/],
    [Array.from({ length: 101 }, (_, n) => `tag=${n}`).join("&"), /at most 100 parameters; these are 101/],
    [`${"k".repeat(256)}=v`, /255 characters/],
    [`name=${"v".repeat(8193)}`, /'name' has more than 8192/],
  ])("%s", (text, reason) => {
    expect(() => parsed(text)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringMatching(reason) }),
    );
  });
});

describe("sorting", () => {
  test.each([
    ["", "created_at:desc id:desc"],
    ["sort_dir=asc", "created_at:asc id:asc"],
    ["sort_key=name", "name:desc created_at:desc id:desc"],
    ["sort_key=name&sort_key=size&sort_dir=asc", "name:asc size:asc created_at:asc id:asc"],
    ["sort_key=name&sort_key=size&sort_dir=asc&sort_dir=desc", "name:asc size:desc created_at:desc id:desc"],
    ["sort=name:asc", "name:asc created_at:asc id:asc"],
    ["sort=name", "name:desc created_at:desc id:desc"],
    ["sort= size : asc ,id:asc", "size:asc id:asc created_at:desc"],
    ["sort=id:asc,id:desc", "id:asc created_at:desc"],
    ["sort=size&sort=name:asc", "name:asc created_at:asc id:asc"],
  ])("%s", (text, expected) => expect(order(text).join(" ")).toBe(expected));
});

describe("filters", () => {
  test.each<[string, unknown[]]>([
    ["name=a", [{ kind: "any of", attribute: "name", values: ["a"] }]],
    ["name=eq:a:b", [{ kind: "any of", attribute: "name", values: ["a:b"] }]],
    ["name=2026-01-31T10:00:00Z", [{ kind: "any of", attribute: "name", values: ["2026-01-31T10:00:00Z"] }]],
    ["name=a&name=b", [{ kind: "any of", attribute: "name", values: ["b"] }]],
    ["disk_format=in:raw,iso", [{ kind: "any of", attribute: "disk_format", values: ["raw", "iso"] }]],
    ["size=gt:5", [{ kind: "nothing" }]],
    ["size=05", [{ kind: "compared", attribute: "size", comparison: "eq", threshold: 5 }]],
    ["size_max=-1", [{ kind: "compared", attribute: "size", comparison: "lte", threshold: -1 }]],
    ["os_distro=eq:debian", [{ kind: "property", name: "os_distro", value: "eq:debian" }]],
    ["is_public=1", [{ kind: "property", name: "is_public", value: "1" }]],
    [
      "tag=%20a%20&tag=b",
      [
        { kind: "tag", value: "a" },
        { kind: "tag", value: "b" },
      ],
    ],
    ["deleted=true", []],
    ["visibility=", [{ kind: "nothing" }]],
    ["locations=x", [{ kind: "nothing" }]],
    ["self=/v2/images/x", [{ kind: "nothing" }]],
    ["os_glance_stage_host=x", [{ kind: "nothing" }]],
    ["owner=x", [{ kind: "is", attribute: "owner", value: "x" }]],
  ])("%s", (text, expected) => expect(conditions(text)).toEqual(expected));

  test("limit has the default, and is cut to the most", () => {
    expect(parsed("").limit).toBe(25);
    expect(parsed("limit=0").limit).toBe(0);
    expect(parsed("limit=9&limit=99999").limit).toBe(1000);
  });
});

test.each([
  ["", []],
  ["a", ["a"]],
  ["a,b", ["a", "b"]],
  ["a,", ["a"]],
  [",a", ["", "a"]],
  ["a,,b", ["a", "", "b"]],
  [",", [""]],
  ['""', [""]],
  ['"a,b",c', ["a,b", "c"]],
  ['"fake\\"name",fakename,"fake,name"', ['fake"name', "fakename", "fake,name"]],
  ["a\\b", ["a\\b"]],
])("in:%s", (text, values) => expect(listedValues(text)).toEqual(values));

test.each([
  ["2026", "2026-01-01T00:00:00.000Z"],
  ["2026-03", "2026-03-01T00:00:00.000Z"],
  ["2026-3-4", "2026-03-04T00:00:00.000Z"],
  ["20260304T0506", "2026-03-04T05:06:00.000Z"],
  ["2026-03-04 05:06:07", "2026-03-04T05:06:07.000Z"],
  ["2026-03-04T05:06:07.25Z", "2026-03-04T05:06:07.250Z"],
  ["2026-03-04T05:06:07+02:30", "2026-03-04T02:36:07.000Z"],
  ["2026-03-04T05:06:07-0230", "2026-03-04T07:36:07.000Z"],
])("the time %s", (text, expected) =>
  expect(new Date(parseIsoTime(text) ?? Number.NaN).toISOString()).toBe(expected),
);

test.each(["", "202603", "2026-13-01", "2026-02-30", "2026-01-01T25:00:00Z", "0000-01-01", "12:00", "now"])(
  "%s is no time",
  (text) => expect(parseIsoTime(text)).toBeUndefined(),
);

test("links keep every value of repeated keys, and are re-encoded", () => {
  const query = new URLSearchParams("tag=a&tag=b&sort=name:asc&marker=old&limit=2");
  expect(pageLinks(query, "new")).toEqual({
    first: "/v2/images?tag=a&tag=b&sort=name%3Aasc&limit=2",
    next: "/v2/images?tag=a&tag=b&sort=name%3Aasc&limit=2&marker=new",
  });
  expect(pageLinks(new URLSearchParams(), undefined)).toEqual({ first: "/v2/images" });
});
