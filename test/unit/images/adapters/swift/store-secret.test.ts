import { expect, test } from "vitest";
import { swiftSecret } from "../../../../../shared/images/adapters/swift/store-secret.ts";

function opened(texts: readonly string[]) {
  const now = { time: 0 };
  let reads = 0;
  const secrets = { read: async () => texts[Math.min(reads++, texts.length - 1)] ?? "" };
  const secret = swiftSecret(secrets, { id: "arn", store: "old", clock: () => new Date(now.time) });
  return { secret, now, reads: () => reads };
}

test("it is read once an hour", async () => {
  const { secret, now, reads } = opened(['{"password":"one"}', '{"password":"two"}']);
  expect((await secret()).member("password")).toBe("one");
  expect((await secret()).member("password")).toBe("one");
  expect(reads()).toBe(1);
  now.time += 3_600_001;
  expect((await secret()).member("password")).toBe("two");
});

test.each(["", "no JSON", "[]", '{"password":""}', '{"password":7}', '{"constructor":"x"}'])(
  "%j says what is missing, without a word of the text, and is read again",
  async (text) => {
    const { secret } = opened([text, '{"password":"right"}']);
    const { member } = await secret();
    expect(() => member("password")).toThrow(
      "The image store old cannot be used yet: its secret has no password (docs/stores.md).",
    );
    expect((await secret()).member("password")).toBe("right");
  },
);

test("a member may have a value of its own", async () => {
  const { secret } = opened(["{}"]);
  expect((await secret()).member("user_domain_name", "Default")).toBe("Default");
});
