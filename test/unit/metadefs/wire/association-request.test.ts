import { expect, it, test } from "vitest";
import { readAssociation } from "../../../../shared/metadefs/wire/association-request.ts";

it("an association needs the name of a resource type only", () => {
  expect(readAssociation({ name: "OS::Nova::Server" })).toStrictEqual({
    name: "OS::Nova::Server",
    prefix: null,
    properties_target: null,
  });
  const full = { name: "OS::Cinder::Volume", prefix: "hw:", properties_target: "image" };
  expect(readAssociation(full)).toStrictEqual(full);
});

test.each<[status: number, text: RegExp, body: Record<string, unknown>]>([
  [403, /'created_at' is read-only/, { name: "r", created_at: "x" }],
  [403, /'updated_at' is read-only/, { name: "r", updated_at: "x" }],
  [400, /"name"/, { prefix: "x" }],
  [400, /name/, { name: 1 }],
  [400, /name/, { name: "x".repeat(81) }],
  [400, /cannot be the name of a resource type/, { name: "" }],
  [400, /prefix/, { name: "r", prefix: "x".repeat(81) }],
  [400, /prefix/, { name: "r", prefix: null }],
  [400, /properties_target/, { name: "r", properties_target: "x".repeat(81) }],
  [400, /self/, { name: "r", self: "x" }],
])("an association is refused with %i %s", (status, text, body) => {
  expect(() => readAssociation(body)).toThrow(
    expect.objectContaining({ status, message: expect.stringMatching(text) }),
  );
});
