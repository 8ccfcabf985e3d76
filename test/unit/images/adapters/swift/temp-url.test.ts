import { expect, test } from "vitest";
import { type TempUrl, tempUrl } from "../../../../../shared/images/adapters/swift/temp-url.ts";

const url: TempUrl = {
  method: "GET",
  account: "https://swift.example/v1/AUTH_account",
  path: ["container", "object"],
  expiresAt: new Date(1_323_479_485_999),
  key: "mykey",
  digest: "sha256",
};
const place = "https://swift.example/v1/AUTH_account/container/object";

// Signatures by python-swiftclient 4.1: swift tempurl GET 1323479485 /v1/AUTH_account/container/object mykey --absolute
test.each([
  ["sha256", "05cb4ea08a08f2fdaef35d0f344975370077835c23bdc9342099ecbf03bc0378"],
  ["sha1", "d9fc2067e52b06598421664cf6610bfc8fc431f6"],
  [
    "sha512",
    "sha512%3AzZD1u2V0ZLDxhhrRPFrYzGf1H0yIHc6Qv8kAhpMcy4mguNI8bP99Sv4C2HOwA1OF0wJUl7vX8Mo11hv5k223fQ",
  ],
] as const)("a signature by %s is that of Swift's own client", (digest, signature) => {
  expect(tempUrl({ ...url, digest })).toBe(`${place}?temp_url_sig=${signature}&temp_url_expires=1323479485`);
});

test("the path is signed as it is, and escaped in the URL", () => {
  expect(
    tempUrl({
      ...url,
      method: "PUT",
      account: "https://swift.example/swift/v1/AUTH_a",
      path: ["c", "a b/ü?"],
    }),
  ).toBe(
    "https://swift.example/swift/v1/AUTH_a/c/a%20b/%C3%BC%3F?temp_url_sig=58212fe7bd8f03fb069a29a277d75b5d5f405b62f25ab066608ca0722cde909a&temp_url_expires=1323479485",
  );
});

test("a URL without /v1/ is no account", () => {
  expect(() => tempUrl({ ...url, account: "https://swift.example/AUTH_account" })).toThrow("/v1/");
});
