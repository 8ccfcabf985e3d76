import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { KMSClient } from "@aws-sdk/client-kms";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { kmsTokenSigner } from "../../../shared/identity/adapters/kms/kms-token-signer.ts";
import { TOKEN_ISSUER } from "../../../shared/identity/domain/token-claims.ts";
import { scopedClaims } from "./claims.ts";
import { jwtTokenVerifier } from "./jwt-verifier.ts";

interface KmsCall {
  readonly KeyId: string;
  readonly Message?: string;
  readonly MessageType?: string;
  readonly SigningAlgorithm?: string;
}

/** ECDSA over a digest is not to be had from node:crypto, so the fake signs what the digest was made of. */
class FakeKms {
  readonly calls: [string, KmsCall][] = [];
  failing = false;
  message = "";
  readonly #keys: { privateKey: KeyObject; publicKey: KeyObject };

  constructor(namedCurve = "P-256") {
    this.#keys = generateKeyPairSync("ec", { namedCurve });
  }

  answer(operation: string, call: KmsCall): unknown {
    this.calls.push([operation, call]);
    if (operation === "GetPublicKey") {
      return { PublicKey: this.#keys.publicKey.export({ format: "der", type: "spki" }).toString("base64") };
    }
    return { Signature: sign("sha256", Buffer.from(this.message), this.#keys.privateKey).toString("base64") };
  }

  isValid(message: string, jose: Buffer): boolean {
    const key = { key: this.#keys.publicKey, dsaEncoding: "ieee-p1363" } as const;
    return verify("sha256", Buffer.from(message), key, jose);
  }
}

describe("kmsTokenSigner", () => {
  let kms: FakeKms;
  let server: Server;
  let client: KMSClient;
  beforeEach(async () => {
    kms = new FakeKms();
    server = createServer(async (request, response) => {
      const operation = String(request.headers["x-amz-target"]).replace("TrentService.", "");
      const call = (await json(request)) as KmsCall;
      response.statusCode = kms.failing ? 400 : 200;
      response.end(
        JSON.stringify(kms.failing ? { __type: "AccessDeniedException" } : kms.answer(operation, call)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = new KMSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
  });
  afterEach(() => {
    client.destroy();
    server.close();
  });

  const signerOf = () => kmsTokenSigner({ client, keyId: "key-1" });

  /** The fake must know the message before it is asked to sign its digest: the header and claims tell it. */
  async function signedToken() {
    const claims = scopedClaims();
    const signer = signerOf();
    const { keys } = await signer.publicKeys();
    const header = { alg: "ES256", kid: keys[0]?.kid, typ: "JWT" };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    kms.message = `${part(header)}.${part(claims)}`;
    return { keys, token: await signer.sign(claims) };
  }

  test("its tokens are signed over the digest and pass the verifier", async () => {
    const { keys, token } = await signedToken();
    const [header, claims, signature] = token.split(".");
    expect(kms.isValid(`${header}.${claims}`, Buffer.from(signature ?? "", "base64url"))).toBe(true);
    expect(kms.calls.at(-1)).toMatchObject([
      "Sign",
      { KeyId: "key-1", MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" },
    ]);
    const digest = createHash("sha256").update(`${header}.${claims}`).digest("base64");
    expect(kms.calls.at(-1)?.[1].Message).toBe(digest);
    const verifier = jwtTokenVerifier({
      keys: { read: async () => ({ keys }) },
      issuer: TOKEN_ISSUER,
      audience: "image",
    });
    expect((await verifier.verify(token)).userName).toBe("demo");
  });

  test("asks for the public key once", async () => {
    const signer = signerOf();
    await Promise.all([signer.sign(scopedClaims()), signer.sign(scopedClaims()), signer.publicKeys()]);
    expect(kms.calls.filter(([operation]) => operation === "GetPublicKey")).toHaveLength(1);
  });

  test("a failed look at the key is not remembered", async () => {
    const signer = signerOf();
    kms.failing = true;
    await expect(signer.publicKeys()).rejects.toThrow();
    kms.failing = false;
    expect((await signer.publicKeys()).keys).toHaveLength(1);
  });

  test("a key of another curve is refused before it signs", async () => {
    kms = new FakeKms("P-384");
    await expect(signerOf().sign(scopedClaims())).rejects.toThrow(/ECC_NIST_P256/);
    expect(kms.calls).toHaveLength(1);
  });
});
