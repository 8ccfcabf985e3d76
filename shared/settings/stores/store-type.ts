import { nearestName } from "../../text/nearest-name.ts";
import { refuseStore } from "./store-fault.ts";
import { type StoreTypeRule, storeTypes } from "./store-types.ts";

const notHere = "cannot be reached from functions that come and go";
const byCopy = "copy its images into a bucket, and name that as a store of type s3";

/** Glance's other types of stores (glance_store, setup.cfg), with the reason why not, and the way round. */
const refusedTypes: ReadonlyMap<string, string> = new Map([
  [
    "rbd",
    `Ceph's block devices ${notHere}: use the same Ceph by its S3 gateway (RGW), a store of type s3 with a host`,
  ],
  ["vmware", `a VMware datastore ${notHere}: ${byCopy}`],
  ["cinder", `volumes of Cinder must be attached to a host, which functions are not: ${byCopy}`],
  ["sheepdog", `Sheepdog is maintained no more, and Glance has removed it: ${byCopy}`],
  ["gridfs", `MongoDB's GridFS ${notHere}, and Glance has removed it: ${byCopy}`],
]);

/** Other words for the same types. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ["filesystem", "file"],
  ["https", "http"],
  ["vsphere", "vmware"],
  ["ceph", "rbd"],
]);

/** The type of a store, if it is one that there is, and how it is read. Throws StoreFault. */
export function storeTypeOf(subject: string, type: unknown): readonly [name: string, type: StoreTypeRule] {
  if (typeof type !== "string" || type === "")
    return refuseStore(
      subject,
      `it has no type; the types are ${[...storeTypes.keys()].join(", ")}, as in fast:s3`,
    );
  const found = storeTypes.get(type);
  if (found) return [type, found];
  const word = type.toLowerCase();
  const name = otherWords.get(word) ?? word;
  if (storeTypes.has(name)) return refuseStore(subject, `there is no type ${type}: did you mean ${name}?`);
  const reason = refusedTypes.get(name);
  if (reason !== undefined) return refuseStore(subject, reason);
  const meant = nearestName(name, [...storeTypes.keys(), ...refusedTypes.keys()]);
  return refuseStore(subject, `there is no type ${type}: did you mean ${meant}?`);
}
