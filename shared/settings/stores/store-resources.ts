import { hasMadeBucket, hasMadeSecret, type StoreSetting } from "./store-setting.ts";

/** S3's names of buckets have 63 characters at most; Secrets Manager's ARNs of what CDK names some 140. */
const LONGEST_BUCKET = 63;
const LONGEST_SECRET = 140;

/**
 * What a deployment made for its stores, by their ids, as one variable of functions: `fast=bucket ceph=arn:…`, the name
 * of a bucket or the ARN of the secret of its keys.
 */
export const storeResourcesText = (resources: Iterable<readonly [store: string, resource: string]>): string =>
  [...resources].map(([store, resource]) => `${store}=${resource}`).join(" ");

/** The same as a map. */
export const parseStoreResources = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(" ")
      .map((word) => word.split("="))
      .flatMap(([store, resource]) => (store && resource ? [[store, resource] as const] : [])),
  );

/** The most bytes of that text, before anything is made. */
export const storeResourcesBytes = (stores: readonly StoreSetting[]): number =>
  stores
    .filter((store) => hasMadeBucket(store) || hasMadeSecret(store))
    .map((store) => store.id.length + 2 + (hasMadeBucket(store) ? LONGEST_BUCKET : LONGEST_SECRET))
    .reduce((sum, bytes) => sum + bytes, 0);
