import type { Clock } from "../../../clock.ts";
import { ExpiringCache } from "../../../expiring-cache.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import { type ClusterInfo, clusterInfo } from "./cluster-info.ts";
import type { SwiftClient } from "./swift-client.ts";
import type { SwiftLogin } from "./swift-login.ts";
import { tempUrl } from "./temp-url.ts";

export interface SignedUrlsWiring {
  readonly login: SwiftLogin;
  /** X-Account-Meta-Temp-URL-Key of the account, or its -2: a secret. Asked for again after five minutes. */
  readonly tempUrlKey: () => Promise<string>;
  readonly clock: Clock;
  /** What the cluster allows; its own `/info` unless said. */
  readonly info?: (account: string) => Promise<ClusterInfo>;
}

const REMEMBERED_MS = 300_000;

/** URLs of one account that are good for a while, and what they need: its key, and what the cluster allows. */
export function signedUrls(client: SwiftClient, { login, tempUrlKey, clock, info }: SignedUrlsWiring) {
  const keys = new ExpiringCache<string>(2, clock);
  const infos = new ExpiringCache<ClusterInfo>(1, clock);

  async function remembered<Value>(cache: ExpiringCache<Value>, name: string, ask: () => Promise<Value>) {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const value = await ask().catch((cause: unknown) => {
      if (cause instanceof BlobStoreFailed) throw cause;
      throw new BlobStoreFailed("The image store is not set up, or does not answer; try again later.", {
        cause,
      });
    });
    cache.set(name, value, clock().getTime() + REMEMBERED_MS);
    return value;
  }
  const secret = () => remembered(keys, "secret", tempUrlKey);
  const cluster = () => remembered(infos, "info", async () => (info ?? clusterInfo)(await login.account()));

  /** The secret's key, once the account was seen to have it: URLs by another one are refused by Swift, one and all. */
  const accountKey = () =>
    remembered(keys, "account", async () => {
      const key = await secret();
      const { headers } = await client({ what: "look at the account", method: "HEAD", path: [] });
      const known = ["", "-2"].map((which) => headers.get(`x-account-meta-temp-url-key${which}`));
      if (known.includes(key)) return key;
      throw new BlobStoreFailed(
        "The image store cannot be used yet: its account has not the temp_url_key of its secret as Temp-URL-Key.",
      );
    });

  async function sign(method: "GET" | "PUT", path: readonly [string, string], key: string, seconds: number) {
    const { digest } = await cluster();
    const expiresAt = new Date(clock().getTime() + seconds * 1000);
    return tempUrl({ method, account: await login.account(), path, expiresAt, key, digest });
  }

  return { secret, cluster, accountKey, sign };
}
