import { resolve } from "node:path";
import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import { hashMethods, isHashMethod } from "../../shared/signatures/signature-algorithms.ts";
import { UsageError } from "../command-line/failures.ts";
import type { Signing } from "../upload/image-signer.ts";

/** Options that say how an image is signed, as the command line gives them. */
export interface SigningOptions {
  readonly signKey?: string;
  readonly certId?: string;
  readonly hash?: string;
}

/** Reads the options once. Throws UsageError for one without the other. */
export function signingOf({ signKey, certId, hash }: SigningOptions): Signing | undefined {
  if (signKey === undefined && certId === undefined) {
    if (hash !== undefined) throw new UsageError("--hash needs --sign-key");
    return undefined;
  }
  if (signKey === undefined) throw new UsageError("--cert-id needs --sign-key: the file of the private key");
  if (certId === undefined)
    throw new UsageError("--sign-key needs --cert-id: the id by which the service finds your certificate");
  const method = hash ?? "SHA-256";
  if (!isHashMethod(method))
    throw new UsageError(`--hash: expected one of ${[...hashMethods.keys()].join(", ")}`);
  return { keyFile: resolve(signKey), certificateId: certId, method };
}

/** What is remembered of it, to go on with: of the key only where it is. */
export const rememberedSigning = (signing: Signing | undefined): JsonObject =>
  signing === undefined
    ? {}
    : { "sign-key": signing.keyFile, "cert-id": signing.certificateId, hash: signing.method };

/** How an upload that was begun before is signed. */
export function signingIn(begunWith: unknown): Signing | undefined {
  const said = isJsonObject(begunWith) ? begunWith : {};
  const [signKey, certId, hash] = ["sign-key", "cert-id", "hash"].map((name) => ownValue(said, name));
  if (typeof signKey !== "string" || typeof certId !== "string" || typeof hash !== "string") return undefined;
  return signingOf({ signKey, certId, hash });
}
