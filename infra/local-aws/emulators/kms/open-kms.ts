import { createPublicKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { makeFolder } from "../../lasting-folders.ts";
import { ownValue } from "../../own-value.ts";
import type { KeyDefinition } from "../../template/keys.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { JsonService } from "../json-service.ts";
import { loadSigningKey, signDigest, signMessage } from "./signing-key.ts";

export interface KmsOptions {
  /** One file (0600) a key. */
  readonly directory: string;
  readonly keys: readonly KeyDefinition[];
}

type Input = Readonly<Record<string, unknown>>;
interface Key extends KeyDefinition {
  readonly privateKey: KeyObject;
}

const algorithm = "ECDSA_SHA_256";
/** KMS developer guide, `Sign`: longest message of type RAW. */
const maxRawBytes = 4096;

/** KMS with P-256 signing keys: Sign and GetPublicKey. Keys are made at the first start and kept. */
export async function openKms({ directory, keys }: KmsOptions): Promise<JsonService> {
  await makeFolder(directory, 0o700);
  const loaded = await Promise.all(
    keys.map(
      async (key): Promise<Key> => ({
        ...key,
        privateKey: await loadSigningKey(join(directory, `${key.id}.pem`)),
      }),
    ),
  );

  const find = ({ KeyId }: Input): Key => {
    const key = loaded.find(({ id, arn }) => KeyId === id || KeyId === arn);
    if (!key) throw new AwsFailure("NotFoundException", `Key '${KeyId}' does not exist`);
    return key;
  };

  const operations: Readonly<Record<string, (input: Input) => Record<string, unknown>>> = {
    Sign: (input) => {
      const { arn, privateKey } = find(input);
      if (input.SigningAlgorithm !== algorithm) {
        throw new AwsFailure(
          "InvalidKeyUsageException",
          `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ECC_NIST_P256.`,
        );
      }
      const message = Buffer.from(String(input.Message ?? ""), "base64");
      return {
        KeyId: arn,
        SigningAlgorithm: algorithm,
        Signature: signature(privateKey, message, String(input.MessageType ?? "RAW")).toString("base64"),
      };
    },
    GetPublicKey: (input) => {
      const { arn, privateKey } = find(input);
      return {
        KeyId: arn,
        PublicKey: createPublicKey(privateKey).export({ type: "spki", format: "der" }).toString("base64"),
        KeySpec: "ECC_NIST_P256",
        CustomerMasterKeySpec: "ECC_NIST_P256",
        KeyUsage: "SIGN_VERIFY",
        SigningAlgorithms: [algorithm],
      };
    },
  };

  const operation = (name: string) => {
    const known = ownValue(operations, name);
    if (!known) throw new AwsFailure("UnknownOperationException", `the local KMS has no ${name}`);
    return known;
  };

  return {
    targetPrefix: "TrentService",
    signingName: "kms",
    accessOf: (name, input) => {
      operation(name);
      const context = name === "Sign" && {
        context: {
          "kms:SigningAlgorithm": [String(input.SigningAlgorithm)],
          "kms:MessageType": [String(input.MessageType ?? "RAW")],
        },
      };
      return [{ action: `kms:${name}`, resource: find(input).arn, ...context }];
    },
    handle: async (name, input) => operation(name)(input),
    close: async () => {},
  };
}

function signature(key: KeyObject, message: Buffer, type: string): Buffer {
  if (type === "RAW" && message.length >= 1 && message.length <= maxRawBytes)
    return signMessage(key, message);
  if (type === "DIGEST" && message.length === 32) return signDigest(key, message);
  throw new AwsFailure(
    "ValidationException",
    `a message of ${message.length} bytes does not fit MessageType ${type}`,
  );
}
