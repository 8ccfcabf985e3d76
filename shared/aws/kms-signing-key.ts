import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { type SigningJwk, signingJwk } from "../signatures/jwk-set.ts";

/** An asymmetric key whose private half never leaves KMS. */
export interface KmsSigningKey {
  /** Asked for once and kept: a key id has one key pair for ever (KMS developer guide, asymmetric keys do not rotate). */
  publicKey(): Promise<SigningJwk>;
  /** ECDSA on P-256 with SHA-256, in DER. */
  sign(message: Uint8Array | string): Promise<Uint8Array>;
}

/** A key that is not ECC_NIST_P256 for SIGN_VERIFY fails here, before anything is signed. */
async function publicKeyOf(client: KMSClient, keyId: string): Promise<SigningJwk> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (!PublicKey) throw new Error("KMS answered GetPublicKey without a key");
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  const { kty, crv, x, y } = key.export({ format: "jwk" });
  if (kty !== "EC" || crv !== "P-256") throw new Error("the signing key is not an ECC_NIST_P256 key");
  return signingJwk(x, y);
}

export function kmsSigningKey({ client, keyId }: { client: KMSClient; keyId: string }): KmsSigningKey {
  let known: Promise<SigningJwk> | undefined;
  return {
    publicKey: () => {
      known ??= publicKeyOf(client, keyId).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    async sign(message) {
      // The digest, not the message: RAW ends at 4,096 bytes.
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: keyId,
          Message: createHash("sha256").update(message).digest(),
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      if (!Signature) throw new Error("KMS answered Sign without a signature");
      return Signature;
    },
  };
}
