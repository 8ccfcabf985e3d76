import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { refuseStore } from "./store-fault.ts";
import { flagMember, secretMember, textMember, urlMember } from "./store-members.ts";
import { FIRST_BUCKETS_STORE, type S3StoreSetting, type StoreBase } from "./store-setting.ts";

export const s3Members = ["bucket", "region", "storage_class", "host", "path_style", "secret", "sees_tokens"];

/** Those whose objects can be read at once (S3 user guide, "Understanding S3 storage classes"). */
const storageClasses = [
  ...["STANDARD", "INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "REDUCED_REDUNDANCY"],
];
const archives = ["GLACIER", "DEEP_ARCHIVE"];

/**
 * Directory buckets, access points of them, and access points on outposts, by their names (S3 user guide). Functions
 * know no endpoints of theirs: infra/bundling/used-endpoints.ts.
 */
const otherKinds = /--(?:x|xa|op)-s3$/;

/** A host's base URL. */
function hostOf(id: string, given: JsonObject): string | undefined {
  const url = urlMember(id, given, "host", "https://rgw.example:7443");
  if (url === undefined) return undefined;
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return refuseStore(id, "host: expected no path after the host; the bucket is said in bucket");
  return url.origin;
}

function storageClassOf(id: string, given: JsonObject): string | undefined {
  const value = ownValue(given, "storage_class");
  if (value === undefined) return undefined;
  if (typeof value === "string" && storageClasses.includes(value)) return value;
  if (typeof value === "string" && archives.includes(value))
    return refuseStore(id, `storage_class: images in ${value} cannot be read at once: use GLACIER_IR`);
  return refuseStore(id, `storage_class: expected one of ${storageClasses.join(", ")}`);
}

/** What is only said of a host of one's own. */
function elsewhere(
  id: string,
  given: JsonObject,
  host: string,
): Pick<S3StoreSetting, "pathStyle" | "secret"> {
  if (ownValue(given, "sees_tokens") !== true)
    return refuseStore(
      id,
      `a download is a redirect to ${host}, and clients send their tokens along: say "sees_tokens": true if that host may see them`,
    );
  return { pathStyle: flagMember(id, given, "path_style", true), ...secretMember(id, given) };
}

/** What a store of type s3 says of its bucket. Throws StoreFault. */
export function s3StoreOf(base: StoreBase, given: JsonObject): S3StoreSetting {
  const { id } = base;
  const host = hostOf(id, given);
  const name = host === undefined ? /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ : /^[\w][\w.-]{1,62}$/;
  const bucket = textMember(id, given, "bucket", name, "the name of a bucket");
  if (host === undefined && bucket !== undefined && otherKinds.test(bucket))
    return refuseStore(
      id,
      `bucket: ${bucket} is no general purpose bucket, which is the kind that is supported`,
    );
  const region = textMember(id, given, "region", /^[A-Za-z0-9-]{1,40}$/, "a region like eu-central-1");
  const storageClass = storageClassOf(id, given);
  if (id === FIRST_BUCKETS_STORE && (bucket !== undefined || host !== undefined))
    return refuseStore(
      id,
      `${id} is always the bucket that the first deployment made: give the other bucket another id`,
    );
  if (host === undefined) {
    const only = ["path_style", "secret", "sees_tokens"].find((word) => Object.hasOwn(given, word));
    if (only !== undefined)
      return refuseStore(id, `${only} is of an S3 of another host: it needs a host beside it`);
    if (region !== undefined && bucket === undefined)
      return refuseStore(id, "region needs a bucket: buckets are made in the region of the deployment only");
  } else if (bucket === undefined)
    return refuseStore(id, "a store with a host needs a bucket, which must be there already");
  return {
    ...base,
    type: "s3",
    ...(bucket !== undefined && { bucket }),
    ...(region !== undefined && { region }),
    ...(storageClass !== undefined && { storageClass }),
    ...(host !== undefined && { host, ...elsewhere(id, given, host) }),
  };
}
