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
