import { expect, test } from "vitest";
import { hostKeys } from "../../../../shared/images/adapters/s3/host-keys.ts";

const host = "https://rgw.example";
const keysOf = (text: string) => hostKeys({ read: async () => text }, "id", host, () => 0);

test("a secret's two keys are a host's, for an hour", async () => {
  expect(await keysOf('{"access_key": "a", "secret_key": "b"}')()).toEqual({
    accessKeyId: "a",
    secretAccessKey: "b",
    expiration: new Date(3_600_000),
  });
});

test.each([
  // As it was made, before the operator has written into it.
  '{"access_key": "", "secret_key": "generated-word"}',
  '{"access_key": 1, "secret_key": "generated-word"}',
  "generated-word",
  "[]",
  "null",
])("a secret without them is told by the store's host, and never by its text: %s", async (text) => {
  const error = await keysOf(text)().catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    status: 500,
    message: `The image store at ${host} cannot be used yet: its secret has no access_key and secret_key.`,
  });
  expect(String((error as Error).stack)).not.toContain("generated-word");
});
