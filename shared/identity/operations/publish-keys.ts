import type { PublishedKeySet } from "../ports/key-set.ts";
import type { TokenSigner } from "../ports/token-signer.ts";

/**
 * A signer that publishes its keys before its first signature: a token is never handed out before those who verify
 * it can know its key. A publication that failed is tried again at the next signature.
 */
export function publishKeys({ signer, keys }: { signer: TokenSigner; keys: PublishedKeySet }): TokenSigner {
  let published: Promise<void> | undefined;
  const publish = async () => keys.publish(await signer.publicKeys());
  return {
    publicKeys: () => signer.publicKeys(),
    async sign(claims) {
      published ??= publish().catch((error: unknown) => {
        published = undefined;
        throw error;
      });
      await published;
      return signer.sign(claims);
    },
  };
}
