import { expect, test } from "vitest";
import { localUsers } from "../../../infra/local/clouds.ts";
import { matchesHash } from "../../../shared/identity/domain/password-hash.ts";

test("a local user's password is the name", async () => {
  for (const { name, passwordHash } of localUsers) expect(await matchesHash(name, passwordHash)).toBe(true);
});
