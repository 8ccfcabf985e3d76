import { beforeEach, expect, test } from "vitest";
import { Unauthorized } from "../../../shared/errors.ts";
import { epochCheckedReader } from "../../../shared/identity/adapters/jwt/epoch-checked-reader.ts";
import type { TokenReader } from "../../../shared/identity/ports/token-signer.ts";
import { scopedClaims } from "./claims.ts";

let now: number;
let epoch: number;
let reads: number;
let failing: boolean;
let revoked: ReadonlySet<string>;
let reader: TokenReader;
beforeEach(() => {
  [now, epoch, reads, failing] = [0, 0, 0, false];
  revoked = new Set();
  reader = epochCheckedReader({
    // The token is the epoch that it names.
    reader: { read: async (token) => scopedClaims({ epoch: Number(token) }) },
    epochs: {
      revocationsOf: async () => {
        reads += 1;
        if (failing) throw new Error("table is throttled");
        return { epoch, tokenIds: revoked };
      },
    },
    cacheSeconds: 300,
    clock: () => new Date(now),
  });
});

test("a token of the present epoch is good, and the epoch is read once in a while", async () => {
  for (let round = 0; round < 5; round += 1) expect((await reader.read("0")).sub).toBe("u1");
  expect(reads).toBe(1);
  now = 300_000;
  await reader.read("0");
  expect(reads).toBe(2);
});

test("a revoked token is out when the time is over", async () => {
  await reader.read("0");
  epoch = 1;
  now = 299_999;
  await reader.read("0");
  now = 300_000;
  await expect(reader.read("0")).rejects.toThrow(Unauthorized);
});

test("a token that is newer than what is known is good at once, and the older one is out at once", async () => {
  await reader.read("0");
  epoch = 1;
  await reader.read("1");
  await expect(reader.read("0")).rejects.toThrow(Unauthorized);
  expect(reads).toBe(2);
});

test("a token of an epoch that is still to come is not good", async () => {
  await expect(reader.read("1")).rejects.toThrow(Unauthorized);
});

test("an epoch that cannot be read is not the token's fault, and is read again", async () => {
  failing = true;
  const refusal = await reader.read("0").catch((error: unknown) => error);
  expect(refusal).not.toBeInstanceOf(Unauthorized);
  failing = false;
  await reader.read("0");
});

test("many requests at once are one read", async () => {
  await Promise.all(Array.from({ length: 20 }, () => reader.read("0")));
  expect(reads).toBe(1);
});

test("a token that was revoked alone is out when the time is over, and no other", async () => {
  await reader.read("0");
  revoked = new Set(["audit"]);
  now = 299_999;
  await reader.read("0");
  now = 300_000;
  await expect(reader.read("0")).rejects.toThrow(Unauthorized);
  revoked = new Set(["another"]);
  now = 600_000;
  await reader.read("0");
});
