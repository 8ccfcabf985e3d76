import { createHash } from "node:crypto";
import type { Visibility } from "../../shared/images/domain/visibility.ts";
import type { Checksum } from "../imports/checksum.ts";
import type { Image } from "../openstack/image-service.ts";
import { listedChecksum, onlyChecksum } from "./checksum-file.ts";
import type { DefinedVersion, MirrorDefinition } from "./definition.ts";
import { NotPublished, type Published } from "./fetch-published.ts";
import { naturalOrder } from "./natural-order.ts";
import { streamVersions } from "./simplestreams.ts";

/** One image that a mirror is to have. */
export interface Wanted {
  readonly definition: MirrorDefinition;
  /** As it is told apart from others of its definition; for a publisher's latest one the day it was published. */
  readonly version: string;
  /** The publisher's latest one: its checksum tells it apart. */
  readonly isLatest: boolean;
  /** With the version behind it. */
  readonly fullName: string;
  /** What the service fetches. */
  readonly url: string;
  readonly checksum: Checksum | undefined;
  readonly visibility: Visibility;
  readonly hidden: boolean | undefined;
  readonly id: string | undefined;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

export const fullNameOf = ({ name, separator, multi }: MirrorDefinition, version: string): string =>
  multi ? `${name}${separator}(${version})` : `${name}${separator}${version}`;

const fileOf = (url: string): string => decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");

/** The checksum that a version must have, as its publisher says now. Throws NotPublished. */
async function checksumOf(
  { checksum, checksumsUrl, checksumUrl, url }: DefinedVersion,
  published: Published,
): Promise<Checksum | undefined> {
  if (checksum) return checksum;
  const from = checksumsUrl ?? checksumUrl;
  if (from === undefined) return undefined;
  const text = await published.text(from);
  const found = checksumsUrl === undefined ? onlyChecksum(text) : listedChecksum(text, fileOf(url));
  if (found) return found;
  const what = checksumsUrl === undefined ? "one hash and nothing else" : `a hash of ${fileOf(url)}`;
  throw new NotPublished(`${from} does not have ${what} (no image service compares a SHA-1)`);
}

/** `20240501`, or the beginning of the hash where the publisher does not say when it was. */
async function latestVersion(url: string, checksum: Checksum, published: Published): Promise<string> {
  const date = await published.lastModified(url);
  return date === undefined
    ? checksum.value.slice(0, 12)
    : date.toISOString().slice(0, 10).replaceAll("-", "");
}

/** Properties as openstack-image-manager gives them, so that either one knows the other's images. */
function propertiesOf(
  definition: MirrorDefinition,
  version: DefinedVersion,
  known: { readonly version: string; readonly checksum: Checksum | undefined },
): Record<string, string> {
  const { name, login, multi } = definition;
  return {
    image_description: name,
    image_name: name,
    ...definition.properties,
    image_source: version.url,
    ...(version.buildDate !== undefined && { image_build_date: version.buildDate }),
    ...(login !== undefined && { image_original_user: login }),
    ...(multi
      ? version.osVersion !== undefined && { os_version: version.osVersion }
      : { os_version: known.version }),
    ...version.properties,
    internal_version: known.version,
    ...(known.checksum && { upstream_checksum: known.checksum.value }),
  };
}

/** Whether an image of the mirror is this one. */
export function isOf(
  image: Image,
  { definition, version, isLatest, checksum, fullName, properties }: Wanted,
) {
  const isNamed =
    image.image_name === properties.image_name || [definition.name, fullName].includes(image.name ?? "");
  if (!isNamed) return false;
  if (isLatest) return checksum !== undefined && image.upstream_checksum === checksum.value;
  return image.internal_version === version;
}

/** Whether an image of the mirror is of this definition, whichever version. */
export function isOfDefinition(
  image: Image,
  { name, properties, multi, separator }: MirrorDefinition,
): boolean {
  if (image.image_name !== undefined) return image.image_name === (properties.image_name ?? name);
  return multi ? image.name === name || String(image.name).startsWith(`${name}${separator}(`) : false;
}

/** All that a definition wants, the oldest first. Throws NotPublished, ExchangeFailed, Error. */
export async function wantedOf(
  definition: MirrorDefinition,
  tag: string,
  published: Published,
): Promise<readonly Wanted[]> {
  const { streams, versions, properties, visibility, tags } = definition;
  const defined = streams ? await streamVersions(published, streams) : versions;
  const wanted: Wanted[] = [];
  for (const each of [...defined].sort((a, b) => naturalOrder(a.version, b.version))) {
    const checksum = await checksumOf(each, published);
    const isLatest = each.version === "latest";
    const version = isLatest && checksum ? await latestVersion(each.url, checksum, published) : each.version;
    wanted.push({
      definition,
      version,
      isLatest,
      fullName: fullNameOf(definition, version),
      url: each.mirrorUrl ?? each.url,
      checksum,
      visibility: each.visibility ?? visibility,
      hidden: each.hidden,
      id: each.id,
      tags: [...new Set([...tags, tag, ...(properties.os_distro ? [`os:${properties.os_distro}`] : [])])],
      properties: propertiesOf(definition, each, { version, checksum }),
    });
  }
  return wanted;
}

/** The same id for the same version of the same project: two runs at one time make one image. */
export function idOf({ id, fullName, checksum, isLatest, url }: Wanted, owner: string, tag: string): string {
  if (id !== undefined) return id;
  const what = JSON.stringify([owner, tag, fullName, isLatest ? checksum?.value : (checksum?.value ?? url)]);
  const hex = createHash("sha256").update(what).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    ...[hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`],
    ...[`${variant}${hex.slice(18, 20)}`, hex.slice(20, 32)],
  ].join("-");
}
