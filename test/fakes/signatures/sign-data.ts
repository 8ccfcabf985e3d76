import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  digestNameOf,
  type HashMethod,
  type SignatureKeyType,
} from "../../../shared/signatures/signature-algorithms.ts";

const curves = ["sect571k1", "sect409k1", "sect571r1", "sect409r1", "secp521r1", "secp384r1"] as const;

const pairs = new Map<string, ReturnType<typeof makeKeys>>();

function makeKeys(keyType: SignatureKeyType) {
  if (keyType === "RSA-PSS") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  // The shortest: making longer ones takes seconds.
  if (keyType === "DSA") return generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 });
  const namedCurve = curves.find((curve) => keyType === `ECC_${curve.toUpperCase()}`) ?? "";
  return generateKeyPairSync("ec", { namedCurve });
}

/** A pair of keys of the type, made once a process. */
export function keysOf(keyType: SignatureKeyType) {
  const known = pairs.get(keyType) ?? makeKeys(keyType);
  pairs.set(keyType, known);
  return known;
}

/** What python3-cursive verifies: PSS with the longest salt, and DSA and ECDSA in DER. */
export function signData(privateKey: KeyObject, method: HashMethod, data: Uint8Array): Buffer {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN };
  return sign(digestNameOf(method), data, {
    key: privateKey,
    ...(privateKey.asymmetricKeyType === "rsa" && pss),
  });
}
