import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { type SigningJwk, signingJwk } from "../../domain/jwk-set.ts";
import type { TokenSigner } from "../../ports/token-signer.ts";
import { jwtSigningInput } from "../jwt/jwt-signing-input.ts";
import { joseFromDer } from "./ecdsa-signature.ts";

/** A key that is not ECC_NIST_P256 for SIGN_VERIFY fails here, before anything is signed. */
async function publicKeyOf(client: KMSClient, keyId: string): Promise<SigningJwk> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (!PublicKey) throw new Error("KMS answered GetPublicKey without a key");
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  const { kty, crv, x, y } = key.export({ format: "jwk" });
  if (kty !== "EC" || crv !== "P-256") throw new Error("the token key is not an ECC_NIST_P256 key");
  return signingJwk(x, y);
}

/**
 * Signs with an asymmetric KMS key (ECC_NIST_P256); the private key never leaves KMS. The public key is asked for
 * once and kept: a key id has one key pair for ever (KMS developer guide, asymmetric keys do not rotate).
 */
export function kmsTokenSigner({ client, keyId }: { client: KMSClient; keyId: string }): TokenSigner {
  let known: Promise<SigningJwk> | undefined;
  const publicKey = () => {
    known ??= publicKeyOf(client, keyId).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    publicKeys: async () => ({ keys: [await publicKey()] }),
    async sign(claims) {
      const { kid } = await publicKey();
      const input = jwtSigningInput(kid, claims);
      // The digest, not the message: RAW ends at 4,096 bytes.
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: keyId,
          Message: createHash("sha256").update(input).digest(),
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      if (!Signature) throw new Error("KMS answered Sign without a signature");
      return `${input}.${joseFromDer(Signature).toString("base64url")}`;
    },
  };
}
