import { createHmac } from "node:crypto";
import { escapedPath } from "./swift-client.ts";

/** Digests of signatures, the best first. */
export const tempUrlDigests = ["sha256", "sha512", "sha1"] as const;
export type TempUrlDigest = (typeof tempUrlDigests)[number];

export interface TempUrl {
  readonly method: "GET" | "PUT";
  /** URL of the account: `https://host/v1/AUTH_project`. */
  readonly account: string;
  /** Container and object, unescaped. */
  readonly path: readonly [string, string];
  readonly expiresAt: Date;
  readonly key: string;
  readonly digest: TempUrlDigest;
}

/**
 * A URL that is good for one method on one object until it expires (Swift, middleware tempurl). The signature covers
 * the path from `/v1/` on, unescaped, and nothing of the query or of the body: neither its length nor its content.
 */
export function tempUrl({ method, account, path, expiresAt, key, digest }: TempUrl): string {
  const { pathname } = new URL(account);
  const at = pathname.lastIndexOf("/v1/");
  if (at < 0) throw new Error("the URL of a Swift account has /v1/ in it");
  const expires = Math.floor(expiresAt.getTime() / 1000);
  const signed = `${method}\n${expires}\n${decodeURIComponent(pathname.slice(at))}/${path.join("/")}`;
  const hmac = createHmac(digest, key).update(signed);
  // Long signatures are in base64, with the digest's name before them.
  const signature = digest === "sha512" ? `sha512:${hmac.digest("base64url")}` : hmac.digest("hex");
  return `${account}/${escapedPath(path)}?${new URLSearchParams({ temp_url_sig: signature, temp_url_expires: String(expires) })}`;
}
