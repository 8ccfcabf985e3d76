import { beforeEach, describe, expect, test } from "vitest";
import { publishKeys } from "../../../shared/identity/operations/publish-keys.ts";
import type { TokenSigner } from "../../../shared/identity/ports/token-signer.ts";
import type { JwkSet } from "../../../shared/signatures/jwk-set.ts";
import { localSigner } from "../../fakes/identity/local-signer.ts";
import { scopedClaims } from "./claims.ts";

describe("publishKeys", () => {
  const inner = localSigner();
  let publications: JwkSet[];
  let failing: boolean;
  let signer: TokenSigner;
  beforeEach(() => {
    publications = [];
    failing = false;
    signer = publishKeys({
      signer: inner,
      keys: {
        read: async () => ({ keys: [] }),
        publish: async (set) => {
          if (failing) throw new Error("table is away");
          publications.push(set);
        },
      },
    });
  });

  test("the keys are published once, at the first signature", async () => {
    expect(await signer.publicKeys()).toEqual(await inner.publicKeys());
    expect(publications).toEqual([]);
    await Promise.all([signer.sign(scopedClaims()), signer.sign(scopedClaims())]);
    expect(publications).toEqual([{ keys: [inner.jwk] }]);
  });

  test("no token is handed out before its key is published", async () => {
    failing = true;
    await expect(signer.sign(scopedClaims())).rejects.toThrow("table is away");
    failing = false;
    await signer.sign(scopedClaims());
    expect(publications).toHaveLength(1);
  });
});
