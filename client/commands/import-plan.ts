import { UsageError } from "../command-line/failures.ts";
import { type Checksum, checksumOf, checksumText, expectedInstead } from "../imports/checksum.ts";
import type { ImportRequest } from "../openstack/image-imports.ts";
import type { Image } from "../openstack/image-service.ts";
import { type AttributeOptions, attributesOf } from "./attribute-options.ts";

export interface ImportOptions extends AttributeOptions {
  readonly id?: string;
  readonly method?: string;
  readonly store?: readonly string[];
  readonly allStores?: boolean;
  readonly allowFailure?: boolean;
  readonly checksum?: string;
  readonly region?: string;
  readonly remoteInterface?: string;
  /** False: leave it to the service once it has begun. */
  readonly wait?: boolean;
}

export interface ImportPlan {
  /** The image that is there; undefined: a new one is made. */
  readonly into: string | undefined;
  /** What is said of it, under the API's names. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly checksum: Checksum | undefined;
  readonly waits: boolean;
  /** An image that is there is named, and nothing is said of what to do with it. */
  readonly isBare: boolean;
  /** What is asked for, where it does not depend on an image's state: a URL. */
  readonly fetches: ImportRequest | undefined;
  /** Throws UsageError where the image's state leaves nothing to import. */
  request(image: Pick<Image, "id" | "status">): ImportRequest;
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/** By the ends of names that say what is in a file. */
const endings: ReadonlyMap<string, string> = new Map([
  ["qcow2", "qcow2"],
  ["raw", "raw"],
  ["iso", "iso"],
  ["vmdk", "vmdk"],
  ["vhd", "vhd"],
  ["vhdx", "vhdx"],
  ["vdi", "vdi"],
]);

/** The name of what a URL leads to: the last part of its path. */
function nameOf(source: string): string {
  const { pathname } = new URL(source);
  const last = pathname.split("/").findLast((part) => part !== "") ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** What a new image of this source is like, where the command line does not say it. Throws UsageError. */
function formatsOf(source: string, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const named = isUrl(source) ? { name: nameOf(source) } : {};
  if (given.disk_format !== undefined) return { ...named, container_format: "bare" };
  const ending = isUrl(source) ? nameOf(source).toLowerCase().split(".").at(-1) : undefined;
  const format = ending === undefined ? undefined : endings.get(ending);
  if (format === undefined && isUrl(source))
    throw new UsageError(`${nameOf(source) || "the URL"} does not say what it is: give --disk-format`);
  // What comes from another Glance brings its formats along.
  return { ...named, disk_format: format ?? "raw", container_format: "bare" };
}

function checkedUrl(source: string): string {
  if (!URL.canParse(source)) throw new UsageError(`${source} is no URL`);
  const { protocol } = new URL(source);
  if (protocol !== "http:" && protocol !== "https:")
    throw new UsageError(`the service fetches http and https only, not ${protocol}`);
  return source;
}

/** Which method an image is imported by, as it is now. */
function methodFor({ id, status }: Pick<Image, "id" | "status">): string {
  if (status === "uploading") return "glance-direct";
  if (status === "active") return "copy-image";
  if (status === "queued")
    throw new UsageError(
      `image ${id} has no staged data: imagectl upload FILE --stage --id ${id}, or imagectl import URL --id ${id}`,
    );
  throw new UsageError(`image ${id} is ${status}: nothing can be imported into it`);
}

function checksumFrom(text: string | undefined): Checksum | undefined {
  if (text === undefined) return undefined;
  const checksum = checksumOf(text);
  if (checksum) return checksum;
  throw new UsageError(`--checksum must be ${expectedInstead(text)}, not "${text}"`);
}

/** Reads the command line once. Throws UsageError. */
export function importPlan(source: string, options: ImportOptions): ImportPlan {
  const { id, method, store, allStores, allowFailure, region, remoteInterface, wait = true } = options;
  if (store !== undefined && allStores)
    throw new UsageError("--store and --all-stores contradict each other: give one of them");
  const isRemote = method === "glance-download";
  if (isRemote !== (region !== undefined))
    throw new UsageError("--method glance-download and --region go together: where the other Glance is");
  if (isUrl(source) && method !== undefined && method !== "web-download")
    throw new UsageError(`--method ${method}: a URL is fetched by web-download`);
  if (!isUrl(source) && method === "web-download")
    throw new UsageError(`--method web-download: ${source} is no URL`);
  if (!isUrl(source) && !isRemote && id !== undefined)
    throw new UsageError("--id: name the image once, or give a URL that is fetched into it");
  const checksum = checksumFrom(options.checksum);
  const given = attributesOf(options);
  const isNew = id === undefined && (isUrl(source) || isRemote);
  if (!isNew && !isUrl(source) && Object.keys(given).length > 0)
    throw new UsageError("an image that is there is changed by imagectl image set");
  const isBare = !isNew && !isUrl(source) && method === undefined && store === undefined && !allStores;
  if (checksum && !isUrl(source) && !isBare)
    throw new UsageError("--checksum is for what is fetched from a URL, or was");
  const places = {
    ...(store && { stores: store }),
    ...(allStores && { all_stores: true }),
    ...(allowFailure && { all_stores_must_succeed: false }),
  };
  const url = isUrl(source) ? checkedUrl(source) : undefined;
  const expected = checksum && { checksum: checksumText(checksum) };
  const fetches: ImportRequest | undefined =
    url === undefined ? undefined : { method: { name: "web-download", uri: url, ...expected }, ...places };
  return {
    into: id ?? (isNew ? undefined : source),
    attributes: isNew ? { ...formatsOf(source, given), ...given } : given,
    checksum,
    waits: wait,
    isBare,
    fetches,
    request: (image) => {
      if (fetches) return fetches;
      if (!isRemote) return { method: { name: method ?? methodFor(image) }, ...places };
      const where = { glance_region: region, glance_image_id: source };
      const by = remoteInterface && { glance_service_interface: remoteInterface };
      return { method: { name: "glance-download", ...where, ...by }, ...places };
    },
  };
}
