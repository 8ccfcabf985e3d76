import { beforeEach, describe, expect, test } from "vitest";
import type { PublishedKeySet } from "../../../shared/identity/ports/key-set.ts";
import { localSigner } from "../../fakes/identity/local-signer.ts";

/** What every PublishedKeySet promises; `make` gives an empty one. */
export function keySetContract(make: () => Promise<PublishedKeySet>): void {
  describe("PublishedKeySet", () => {
    let keys: PublishedKeySet;
    beforeEach(async () => {
      keys = await make();
    });
    const kids = async () => (await keys.read()).keys.map(({ kid }) => kid).sort();

    test("is empty before the first publication", async () => {
      expect(await keys.read()).toEqual({ keys: [] });
    });

    test("gives back a published key as it was", async () => {
      const { jwk } = localSigner();
      await keys.publish({ keys: [jwk] });
      expect(await keys.read()).toEqual({ keys: [jwk] });
    });

    test("keeps older keys and takes none twice", async () => {
      const [older, newer] = [localSigner().jwk, localSigner().jwk];
      await keys.publish({ keys: [older] });
      await keys.publish({ keys: [older, newer] });
      await keys.publish({ keys: [newer] });
      expect(await kids()).toEqual([older.kid, newer.kid].sort());
    });

    test("publications at once lose no key", async () => {
      const jwks = [1, 2, 3].map(() => localSigner().jwk);
      await Promise.all(jwks.map((jwk) => keys.publish({ keys: [jwk] })));
      expect(await kids()).toEqual(jwks.map(({ kid }) => kid).sort());
    });
  });
}
