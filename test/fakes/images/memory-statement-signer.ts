import { sign } from "node:crypto";
import type { StatementSigner } from "../../../shared/images/ports/statement-signer.ts";
import { p256Pair } from "../p256-pair.ts";

/** A StatementSigner with a key of its own in memory, which counts its signatures. */
export function memoryStatementSigner(): StatementSigner & {
  readonly signed: () => number;
  readonly pem: string;
} {
  const { privateKey, jwk, pem } = p256Pair();
  let signed = 0;
  return {
    publicKey: async () => jwk,
    sign: async (message) => {
      signed += 1;
      return sign("sha256", message, { key: privateKey, dsaEncoding: "der" });
    },
    signed: () => signed,
    pem,
  };
}
