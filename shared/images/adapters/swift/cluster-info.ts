import { fetchBounded } from "../../../aws/fetch-bounded.ts";
import { isJsonObject, type JsonObject } from "../../../json-object.ts";
import { ownValue } from "../../../own-value.ts";
import { type TempUrlDigest, tempUrlDigests } from "./temp-url.ts";

/** What a cluster allows. */
export interface ClusterInfo {
  readonly digest: TempUrlDigest;
  readonly segmentsPerManifest: number;
}

/** Swift's default (middleware slo, max_manifest_segments). */
const SEGMENTS_PER_MANIFEST = 1000;
const TIMEOUT_MS = 8000;

const member = (value: unknown, name: string): JsonObject | undefined => {
  const found = isJsonObject(value) ? ownValue(value, name) : undefined;
  return isJsonObject(found) ? found : undefined;
};

function digestOf(tempurl: JsonObject): TempUrlDigest {
  const { allowed_digests: allowed } = tempurl;
  // Clusters that name none take HMAC-SHA1 only (middleware tempurl, "Client Usage").
  if (!Array.isArray(allowed)) return "sha1";
  const digest = tempUrlDigests.find((name) => allowed.includes(name));
  if (digest === undefined)
    throw new Error("the Swift cluster allows no digest for temporary URLs that is known here");
  return digest;
}

/**
 * Reads `/info` of the cluster that has this account. One that keeps it to itself gets Swift's defaults. Throws when
 * no answer comes, and when the cluster has no temporary URLs or no static large objects: it cannot store images.
 */
export async function clusterInfo(account: string): Promise<ClusterInfo> {
  const url = account.replace(/\/v1\/.*$/, "/info");
  const { status, text } = await fetchBounded(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (status >= 500) throw new Error(`Swift answered ${status} to GET /info`);
  if (status !== 200) return { digest: "sha256", segmentsPerManifest: SEGMENTS_PER_MANIFEST };
  const info: unknown = JSON.parse(text);
  const [tempurl, slo] = [member(info, "tempurl"), member(info, "slo")];
  if (!tempurl || !slo) throw new Error(`the Swift cluster has no ${tempurl ? "slo" : "tempurl"}`);
  const most = Number(slo.max_manifest_segments);
  return {
    digest: digestOf(tempurl),
    segmentsPerManifest: Number.isSafeInteger(most) && most > 1 ? most : SEGMENTS_PER_MANIFEST,
  };
}
