import { createHash } from "node:crypto";

export type ImageDocument = Readonly<Record<string, unknown>>;

const statuses = ["queued", "saving", "uploading", "importing", "active", "deactivated", "killed"];
const diskFormats = [
  "ami",
  "ari",
  "aki",
  "vhd",
  "vhdx",
  "vmdk",
  "raw",
  "qcow2",
  "vdi",
  "iso",
  "ploop",
  "gpt",
  "luks",
];
const containerFormats = ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"];

const isText = (value: unknown): value is string => typeof value === "string";
const isWhole = (most: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
const oneOf = (words: readonly string[]) => (value: unknown) => isText(value) && words.includes(value);
const hex = (digits: number) => (value: unknown) =>
  isText(value) && new RegExp(`^[0-9a-f]{${digits}}$`).test(value);
const time = (value: unknown) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
const uuid = (value: unknown) => isText(value) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);

/** What Glance's own schema of an image says of its attributes; written here again so that no code of ours judges itself. */
const attributes = new Map<string, (value: unknown) => boolean>([
  ["id", uuid],
  ["name", orNull((value) => isText(value) && [...value].length <= 255)],
  ["status", oneOf(statuses)],
  ["visibility", oneOf(["public", "community", "shared", "private"])],
  ["protected", (value) => typeof value === "boolean"],
  ["os_hidden", (value) => typeof value === "boolean"],
  ["checksum", orNull(hex(32))],
  ["os_hash_algo", orNull(oneOf(["sha512"]))],
  ["os_hash_value", orNull(hex(128))],
  ["owner", orNull(isText)],
  ["size", orNull(isWhole(Number.MAX_SAFE_INTEGER))],
  ["virtual_size", orNull(isWhole(Number.MAX_SAFE_INTEGER))],
  ["disk_format", orNull(oneOf(diskFormats))],
  ["container_format", orNull(oneOf(containerFormats))],
  ["min_disk", isWhole(2 ** 31 - 1)],
  ["min_ram", isWhole(2 ** 31 - 1)],
  ["created_at", time],
  ["updated_at", time],
  ["self", isText],
  ["file", isText],
  ["schema", isText],
  [
    "tags",
    (value) =>
      Array.isArray(value) &&
      new Set(value).size === value.length &&
      value.every((tag) => isText(tag) && [...tag].length <= 255),
  ],
]);

/** What is wrong with an image as the service shows it; nothing is the empty list. */
export function documentFaults(image: ImageDocument): string[] {
  const faults: string[] = [];
  for (const [name, isRight] of attributes) {
    if (!Object.hasOwn(image, name)) faults.push(`${name} is missing`);
    else if (!isRight(image[name])) faults.push(`${name} is ${JSON.stringify(image[name])}`);
  }
  for (const [name, value] of Object.entries(image)) {
    if (attributes.has(name) || value === null || isText(value)) continue;
    faults.push(`the property ${JSON.stringify(name)} is ${JSON.stringify(value)}`);
  }
  const hasData = image.status === "active" || image.status === "deactivated";
  if (hasData !== (image.checksum !== null && image.size !== null && image.os_hash_value !== null)) {
    faults.push(`${image.status} with size ${image.size} and checksum ${image.checksum}`);
  }
  return faults;
}

/** Whether what is downloaded is what the image says of it. */
export function dataFaults(image: ImageDocument, data: Uint8Array): string[] {
  const hash = (algorithm: string) => createHash(algorithm).update(data).digest("hex");
  return [
    ...(image.size === data.length ? [] : [`size is ${image.size}, downloaded are ${data.length} bytes`]),
    ...(image.checksum === hash("md5") ? [] : [`checksum is ${image.checksum}, the data's ${hash("md5")}`]),
    ...(image.os_hash_value === hash("sha512") ? [] : ["os_hash_value is not the data's"]),
  ];
}
