import { expect, test } from "vitest";
import { keystoneSwiftLogin } from "../../../../../shared/images/adapters/swift/swift-login.ts";
import type { KeystoneAnswer } from "../../../../../shared/keystone/ask-keystone.ts";
import { KeystoneUnavailable } from "../../../../../shared/keystone/keystone-unavailable.ts";

const endpoint = (kind: string, region_id: string) => ({
  interface: kind,
  region_id,
  url: `https://${kind}.${region_id}/v1/AUTH_a/`,
});
const catalog = [
  { type: "image", endpoints: [endpoint("public", "one")] },
  {
    type: "object-store",
    endpoints: [endpoint("internal", "one"), endpoint("public", "one"), endpoint("public", "two")],
  },
];

function login(body: unknown, given: { region?: string; interface?: string; endpoint?: string } = {}) {
  const now = { time: 0 };
  let asked = 0;
  const wired = keystoneSwiftLogin({
    ask: async (): Promise<KeystoneAnswer> => {
      asked++;
      return { status: 200, subjectToken: undefined, body };
    },
    service: { get: async () => "token", discard: () => {} },
    clock: () => new Date(now.time),
    interface: "public",
    ...given,
  });
  return { ...wired, now, asked: () => asked };
}

test("the account is the endpoint of type object-store, of the region and interface that are asked for", async () => {
  expect(await login({ catalog }).account()).toBe("https://public.one/v1/AUTH_a");
  expect(await login({ catalog }, { region: "two" }).account()).toBe("https://public.two/v1/AUTH_a");
  expect(await login({ catalog }, { interface: "internal" }).account()).toBe(
    "https://internal.one/v1/AUTH_a",
  );
});

test("an account that is given is not looked up", async () => {
  const given = login({ catalog }, { endpoint: "https://swift.example/v1/AUTH_b/" });
  expect(await given.account()).toBe("https://swift.example/v1/AUTH_b");
  expect(given.asked()).toBe(0);
});

test("the catalog is read again after an hour", async () => {
  const { account, asked, now } = login({ catalog });
  await account();
  await account();
  expect(asked()).toBe(1);
  now.time += 3_600_001;
  await account();
  expect(asked()).toBe(2);
});

test.each([undefined, {}, { catalog: {} }, { catalog: [null, { type: "object-store" }] }])(
  "a catalog like %o names no object store",
  async (body) => {
    await expect(login(body).account()).rejects.toBeInstanceOf(KeystoneUnavailable);
  },
);

test("another region is no substitute", async () => {
  await expect(login({ catalog }, { region: "three" }).account()).rejects.toThrow("names no object store");
});
