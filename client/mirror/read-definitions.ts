import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { visibilities } from "../../shared/images/domain/visibility.ts";
import { UsageError } from "../command-line/failures.ts";
import { checksumOf, expectedInstead } from "../imports/checksum.ts";
import { yamlDocument } from "../openstack/cloud-document.ts";
import type { DefinedVersion, MirrorDefinition, Streams } from "./definition.ts";
import { Fields } from "./fields.ts";

const MAX_FILE_BYTES = 8 * 1024 ** 2;
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Keys of openstack-image-manager's files (etc/schema.yaml there), and `simplestreams`. */
const imageKeys = [
  ...["name", "enable", "shortname", "format", "login", "password", "min_disk", "min_ram", "status"],
  ...["visibility", "multi", "separator", "keep", "meta", "tags", "versions", "latest_url"],
  ...["latest_checksum_url", "simplestreams"],
];
const versionKeys = [
  ...["version", "url", "mirror_url", "source", "checksum", "checksums_url", "checksum_url", "build_date"],
  ...["os_version", "image_description", "visibility", "hidden", "id", "meta"],
];

const given = <Value>(name: string, value: Value | undefined) =>
  value === undefined ? {} : { [name]: value };

function version(value: unknown, at: string): DefinedVersion {
  const fields = new Fields(value, at);
  fields.knows(versionKeys);
  const [name, url, checksum] = [fields.needed("version"), fields.url("url"), fields.text("checksum")];
  if (url === undefined) throw new UsageError(`${at}: url is missing`);
  const parsed = checksum === undefined ? undefined : checksumOf(checksum);
  if (checksum !== undefined && !parsed) throw fields.fault("checksum", expectedInstead(checksum));
  const [listed, own] = [fields.url("checksums_url"), fields.url("checksum_url")];
  if (listed !== undefined && own !== undefined)
    throw new UsageError(`${at}: checksums_url and checksum_url contradict each other: give one of them`);
  if (name === "latest" && (listed ?? own) === undefined)
    throw new UsageError(
      `${at}: version latest needs checksums_url or checksum_url: what else tells a new one?`,
    );
  const id = fields.text("id");
  if (id !== undefined && !UUID.test(id)) throw fields.fault("id", "a UUID");
  const visibility =
    fields.value("visibility") === undefined
      ? undefined
      : fields.oneOf("visibility", visibilities, "private");
  return {
    version: name,
    url,
    properties: {
      ...fields.properties("meta"),
      ...given("image_description", fields.text("image_description")),
    },
    ...given("mirrorUrl", fields.url("mirror_url")),
    ...given("checksum", parsed),
    ...given("checksumsUrl", listed),
    ...given("checksumUrl", own),
    ...given("osVersion", fields.text("os_version")),
    ...given("buildDate", fields.text("build_date")),
    ...given("visibility", visibility),
    ...given("hidden", fields.value("hidden") === undefined ? undefined : fields.flag("hidden", false)),
    ...given("id", id),
  };
}

function streams(value: unknown, at: string): Streams {
  const fields = new Fields(value, at);
  fields.knows(["url", "product", "item", "newest"]);
  const url = fields.url("url");
  if (url === undefined || !/\/streams\/v1\/[^/]+\.json$/.test(new URL(url).pathname))
    throw fields.fault("url", "that of an index, which ends in /streams/v1/index.json");
  return {
    url,
    product: fields.needed("product"),
    item: fields.needed("item"),
    newest: fields.count("newest", 1, 1),
  };
}

/** Files that name no version follow what the publisher calls its latest one. */
function versionsOf(fields: Fields): readonly DefinedVersion[] {
  const named = fields.list("versions").map((each, at) => version(each, `${fields.at}: versions[${at}]`));
  const [url, checksumsUrl] = [fields.url("latest_url"), fields.url("latest_checksum_url")];
  if (named.length > 0 || url === undefined || checksumsUrl === undefined) return named;
  return [{ version: "latest", url, checksumsUrl, properties: {} }];
}

function definition(value: unknown, at: string): MirrorDefinition {
  const name = new Fields(value, at).needed("name");
  const fields = new Fields(value, `${at} ${name}`);
  fields.knows(imageKeys);
  const simplestreams = fields.value("simplestreams");
  const versions = versionsOf(fields);
  if (simplestreams !== undefined && versions.length > 0)
    throw new UsageError(`${fields.at}: simplestreams and versions contradict each other: give one of them`);
  if (simplestreams === undefined && versions.length === 0)
    throw new UsageError(`${fields.at}: give versions, or simplestreams`);
  const names = versions.map((each) => each.version);
  const twice = names.find((each, index) => names.indexOf(each) !== index);
  if (twice !== undefined) throw new UsageError(`${fields.at}: version ${twice} is there twice`);
  const tags = fields.list("tags").map((tag) => {
    if (typeof tag !== "string" || tag === "") throw fields.fault("tags", "a list of texts");
    return tag;
  });
  return {
    name,
    isEnabled: fields.flag("enable", true),
    format: fields.needed("format"),
    ...given("login", fields.text("login")),
    minDisk: fields.count("min_disk", 0),
    minRam: fields.count("min_ram", 0),
    visibility: fields.oneOf("visibility", visibilities, "private"),
    status: fields.oneOf("status", ["active", "deactivated"], "active"),
    multi: fields.flag("multi", true),
    separator: fields.text("separator") ?? " ",
    properties: fields.properties("meta"),
    tags,
    versions,
    ...(simplestreams === undefined
      ? {}
      : { streams: streams(simplestreams, `${fields.at}: simplestreams`) }),
  };
}

async function filesIn(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (names.length === 0) throw new UsageError(`${path} has no .yml or .yaml file`);
  return names.map((name) => join(path, name));
}

async function definitionsIn(file: string): Promise<readonly MirrorDefinition[]> {
  if ((await stat(file)).size > MAX_FILE_BYTES) throw new UsageError(`${file} is larger than 8 MiB`);
  let document: unknown;
  try {
    document = yamlDocument(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} is not valid YAML: ${error instanceof Error ? error.message : error}`);
  }
  const fields = new Fields(document, file);
  fields.knows(["images"]);
  return fields.list("images").map((each, at) => definition(each, `${file}: images[${at}]`));
}

/** The images that files, or the files of folders, define, in their order. Throws UsageError. */
export async function readDefinitions(paths: readonly string[]): Promise<readonly MirrorDefinition[]> {
  const files = (await Promise.all(paths.map(filesIn))).flat();
  const all = (await Promise.all(files.map(definitionsIn))).flat();
  const names = all.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`image ${twice} is defined twice`);
  return all;
}
