import type { KMSClient } from "@aws-sdk/client-kms";
import { kmsSigningKey } from "../../../aws/kms-signing-key.ts";
import type { TokenSigner } from "../../ports/token-signer.ts";
import { jwtSigningInput } from "../jwt/jwt-signing-input.ts";
import { joseFromDer } from "./ecdsa-signature.ts";

/** Signs with an asymmetric KMS key (ECC_NIST_P256); the private key never leaves KMS. */
export function kmsTokenSigner(parts: { client: KMSClient; keyId: string }): TokenSigner {
  const key = kmsSigningKey(parts);
  return {
    publicKeys: async () => ({ keys: [await key.publicKey()] }),
    async sign(claims) {
      const { kid } = await key.publicKey();
      const input = jwtSigningInput(kid, claims);
      return `${input}.${joseFromDer(await key.sign(input)).toString("base64url")}`;
    },
  };
}
