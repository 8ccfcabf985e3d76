import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { refuseStore } from "./store-fault.ts";
import type { FileStoreSetting, StoreBase } from "./store-setting.ts";

const network = ["subnets", "security_groups"] as const;

export const fileMembers = ["datadir", "file_perm", "chunk_size", "exclusive", "access_point", ...network];

/** Glance's default (filesystem_store_chunk_size). */
const CHUNK_BYTES = 65_536;
const [LEAST_CHUNK, MOST_CHUNK] = [4096, 16 * 1024 ** 2];

/** EFS and EC2 user guides: ids of access points, subnets and groups. */
const ACCESS_POINT = /^arn:aws[a-z-]*:elasticfilesystem:[a-z0-9-]+:\d{12}:access-point\/fsap-[0-9a-f]{8,40}$/;
const id = (kind: string) => new RegExp(`^${kind}-[0-9a-f]{8,17}$`);
const forms = { subnets: id("subnet"), security_groups: id("sg") };

function datadirOf(store: string, given: JsonObject): string {
  const value = ownValue(given, "datadir") ?? `/mnt/${store}`;
  // One form for one folder: no dots, no empty names, nothing that a URL would write otherwise.
  if (typeof value === "string" && /^(?:\/[\w@+-][\w.@+-]*){1,30}$/.test(value) && value.length <= 160)
    return value;
  return refuseStore(
    store,
    "datadir: expected the absolute path of a folder in letters, digits, _, -, +, @ and . like /mnt/images",
  );
}

function filePermOf(store: string, given: JsonObject): number {
  const value = ownValue(given, "file_perm") ?? 0;
  const digits = /^[0-7]{1,4}$/.test(String(value)) ? Number.parseInt(String(value), 8) : -1;
  if (typeof value === "number" && (value === 0 || (digits >= 0 && (digits & 0o400) !== 0))) return value;
  return refuseStore(
    store,
    "file_perm: expected 0 or a number without quotes whose digits are octal and let the owner read, such as 640",
  );
}

function chunkSizeOf(store: string, given: JsonObject): number {
  const value = ownValue(given, "chunk_size") ?? CHUNK_BYTES;
  if (Number.isInteger(value) && Number(value) >= LEAST_CHUNK && Number(value) <= MOST_CHUNK)
    return Number(value);
  return refuseStore(store, `chunk_size: expected a number of bytes from ${LEAST_CHUNK} to ${MOST_CHUNK}`);
}

function idsOf(store: string, given: JsonObject, name: "subnets" | "security_groups"): readonly string[] {
  const value = ownValue(given, name);
  const isRight = (one: unknown): one is string => typeof one === "string" && forms[name].test(one);
  // Lambda quotas: 16 subnets and 5 security groups of a function.
  const most = name === "subnets" ? 16 : 5;
  if (Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isRight)) return value;
  const example = name === "subnets" ? '["subnet-0123456789abcdef0"]' : '["sg-0123456789abcdef0"]';
  return refuseStore(store, `${name}: expected a list like ${example}, of ${most} at most`);
}

/** Where the folder is on AWS; undefined where nothing is said of that. All of it, or none. */
function mountOf(store: string, given: JsonObject): FileStoreSetting["mount"] {
  const accessPoint = ownValue(given, "access_point");
  if (accessPoint === undefined) {
    const half = network.find((name) => Object.hasOwn(given, name));
    return half === undefined
      ? undefined
      : refuseStore(store, `${half} is of an EFS file system: it needs access_point beside it`);
  }
  if (typeof accessPoint !== "string" || !ACCESS_POINT.test(accessPoint))
    return refuseStore(store, "access_point: expected the whole ARN of an EFS access point");
  const missing = network.find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined)
    return refuseStore(
      store,
      `access_point needs ${missing} beside it: functions reach EFS from inside of its network only`,
    );
  return {
    accessPoint,
    subnets: idsOf(store, given, "subnets"),
    securityGroups: idsOf(store, given, "security_groups"),
  };
}

/** A store of type file: a folder, and how functions come by it. Throws StoreFault. */
export function fileStoreOf(base: StoreBase, given: JsonObject): FileStoreSetting {
  const exclusive = ownValue(given, "exclusive") ?? false;
  if (typeof exclusive !== "boolean") return refuseStore(base.id, "exclusive: expected true or false");
  const mount = mountOf(base.id, given);
  return {
    ...base,
    type: "file",
    datadir: datadirOf(base.id, given),
    filePerm: filePermOf(base.id, given),
    chunkSize: chunkSizeOf(base.id, given),
    exclusive,
    ...(mount && { mount }),
  };
}
