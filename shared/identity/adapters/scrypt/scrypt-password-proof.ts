import { MAX_PASSWORD_BYTES, matchesHash, unmatchableHash } from "../../domain/password-hash.ts";
import type { PasswordProof } from "../../ports/password-proof.ts";

/** Proves passwords against the hash on the user; a user without one has no password that fits. */
export function scryptPasswordProof(): PasswordProof {
  // Stands in for the hash that an unknown user has not, so that both cost one derivation.
  const nobody = unmatchableHash();
  return {
    async prove(user, password) {
      if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
      return matchesHash(password, user?.passwordHash ?? nobody);
    },
  };
}
