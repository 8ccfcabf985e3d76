import { beforeAll, describe, expect, test } from "vitest";
import { scryptPasswordProof } from "../../../shared/identity/adapters/scrypt/scrypt-password-proof.ts";
import { hashPassword, matchesHash, unmatchableHash } from "../../../shared/identity/domain/password-hash.ts";
import type { User } from "../../../shared/identity/domain/user.ts";

const cheap = { cost: 16, blockSize: 1, parallelization: 1 };

describe("password hashes", () => {
  test("carry their cost, a salt and the hash, and differ each time", async () => {
    const [one, other] = [await hashPassword("secret", cheap), await hashPassword("secret", cheap)];
    expect(one).toMatch(/^scrypt\$16\$1\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
  });

  test.each(["", "secret", "pässwörd ☃", "s".repeat(4096)])(
    "match their own password only (%#)",
    async (password) => {
      const hash = await hashPassword(password, cheap);
      expect(await matchesHash(password, hash)).toBe(true);
      expect(await matchesHash(`${password}x`, hash)).toBe(false);
    },
  );

  test.each(["", "secret", "scrypt$16$1$1$short$short", "bcrypt$16$1$1$AAAAAAAAAAAAAAAAAAAAAA$A"])(
    "of an unknown form are an error, not a wrong password (%#)",
    async (stored) => {
      await expect(matchesHash("secret", stored)).rejects.toThrow(/unknown form/);
    },
  );

  test("that ask for more memory than allowed are refused", async () => {
    const greedy = (await hashPassword("x", cheap)).replace("$16$1$", "$1048576$8$");
    await expect(matchesHash("x", greedy)).rejects.toThrow();
  });
});

describe("scryptPasswordProof", () => {
  const proof = scryptPasswordProof();
  let user: User;
  beforeAll(async () => {
    const passwordHash = await hashPassword("secret");
    user = { id: "u1", name: "demo", domainId: "default", enabled: true, passwordHash };
  });

  test("only the right password proves", async () => {
    expect(await proof.prove(user, "secret")).toBe(true);
    expect(await proof.prove(user, "Secret")).toBe(false);
    expect(await proof.prove(user, "")).toBe(false);
  });

  test("an unknown user and one without a password prove nothing", async () => {
    expect(await proof.prove(undefined, "secret")).toBe(false);
    const { passwordHash: _none, ...bare } = user;
    expect(await proof.prove(bare, "secret")).toBe(false);
  });

  test("a password over 4 KB is refused unread", async () => {
    expect(await proof.prove(user, "s".repeat(4097))).toBe(false);
  });

  test("an unknown user costs the same derivation as a known one", () => {
    const costOf = (hash: string | undefined) => hash?.split("$").slice(0, 4);
    expect(costOf(unmatchableHash())).toEqual(costOf(user.passwordHash));
  });
});
