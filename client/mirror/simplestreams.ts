import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import { type Checksum, checksumOf } from "../imports/checksum.ts";
import type { DefinedVersion, Streams } from "./definition.ts";
import { NotPublished, type Published } from "./fetch-published.ts";
import { naturalOrder } from "./natural-order.ts";

function objectIn(value: unknown, name: string, what: string): JsonObject {
  const found = isJsonObject(value) ? ownValue(value, name) : undefined;
  if (!isJsonObject(found)) throw new NotPublished(`${what} has no ${name}`);
  return found;
}

async function document(published: Published, url: string): Promise<unknown> {
  const text = await published.text(url);
  try {
    return JSON.parse(text);
  } catch {
    throw new NotPublished(`${new URL(url).host} publishes no JSON at ${new URL(url).pathname}`);
  }
}

/** Of the hashes that an item has, the strongest. */
function checksumIn(item: JsonObject): Checksum | undefined {
  for (const kind of ["sha512", "sha256", "md5"]) {
    const value = ownValue(item, kind);
    const checksum = typeof value === "string" ? checksumOf(`${kind}:${value}`) : undefined;
    if (checksum) return checksum;
  }
  return undefined;
}

/** The file of that kind in a version: items are named by nobody in particular, their `ftype` says what they are. */
function itemIn(version: unknown, kind: string): JsonObject | undefined {
  const items = Object.values(objectIn(version, "items", "a version"));
  return items.filter(isJsonObject).find((item) => item.ftype === kind);
}

/** The newest versions that an index has of a product, each with its checksum. Throws NotPublished. */
export async function streamVersions(
  published: Published,
  { url, product, item: kind, newest }: Streams,
): Promise<readonly DefinedVersion[]> {
  const index = objectIn(await document(published, url), "index", url);
  const entry = Object.values(index).find(
    (each) =>
      isJsonObject(each) &&
      each.datatype === "image-downloads" &&
      Array.isArray(each.products) &&
      each.products.includes(product),
  );
  if (!isJsonObject(entry) || typeof entry.path !== "string")
    throw new NotPublished(`${url} has no images of product ${product}`);
  // Paths are relative to the folder that streams/ lies in.
  const base = new URL("../../", url);
  const products = objectIn(
    await document(published, new URL(entry.path, base).href),
    "products",
    entry.path,
  );
  const versions = objectIn(objectIn(products, product, entry.path), "versions", product);
  const found = Object.entries(versions)
    .sort(([a], [b]) => naturalOrder(b, a))
    .flatMap(([version, value]): DefinedVersion[] => {
      const item = itemIn(value, kind);
      const checksum = item && checksumIn(item);
      if (typeof item?.path !== "string" || checksum === undefined) return [];
      return [{ version, url: new URL(item.path, base).href, checksum, properties: {} }];
    });
  if (found.length === 0)
    throw new NotPublished(`no version of ${product} has a file ${kind} with a checksum`);
  return found.slice(0, newest).reverse();
}
