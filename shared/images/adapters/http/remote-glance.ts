import type { FetchedAnswer } from "../../../fetch/safe-fetch.ts";
import { isJsonObject, type JsonObject } from "../../../json-object.ts";
import type { AskKeystone } from "../../../keystone/ask-keystone.ts";
import { ownValue } from "../../../own-value.ts";
import { type ImageStatus, statuses } from "../../domain/status.ts";
import { ImportSourceFailed } from "../../ports/import-source.ts";
import type { RemoteGlance, RemoteImage, RemotePlace } from "../../ports/remote-glance.ts";
import { httpImportSource, type ImportSourceOptions, translated } from "./import-source.ts";
import type { SourceFetch } from "./source-range.ts";

/** More than any image's document. */
const MAX_DOCUMENT_BYTES = 1024 ** 2;

const list = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];
const text = (document: JsonObject, name: string): string | null => {
  const value = ownValue(document, name);
  return typeof value === "string" ? value : null;
};
const isSame = (one: string | null, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

/** The image endpoint of a region in a catalog of Keystone's (Identity API v3, "Get service catalog"). */
function endpointIn(body: unknown, { region, access }: RemotePlace): string | undefined {
  const catalog = isJsonObject(body) ? list(ownValue(body, "catalog")) : [];
  const endpoints = catalog
    .filter((service) => text(service, "type") === "image")
    .flatMap((service) => list(ownValue(service, "endpoints")));
  const found = endpoints.find((endpoint) => {
    const isThere = isSame(text(endpoint, "region"), region) || isSame(text(endpoint, "region_id"), region);
    return isThere && text(endpoint, "interface") === access;
  });
  return found && (text(found, "url") ?? undefined);
}

/** Attributes of an image that are no properties of it (Image API v2, "Show image"). */
const base = new Set([
  ...[
    "id",
    "name",
    "status",
    "visibility",
    "protected",
    "os_hidden",
    "checksum",
    "os_hash_algo",
    "os_hash_value",
  ],
  ...["owner", "size", "virtual_size", "container_format", "disk_format", "min_ram", "min_disk", "tags"],
  ...["created_at", "updated_at", "self", "file", "schema", "locations", "direct_url", "stores"],
]);

function imageOf(document: JsonObject, dataUrl: string): RemoteImage {
  const status = statuses.find((one) => one === ownValue(document, "status"));
  const size = ownValue(document, "size");
  if (status === undefined) throw new ImportSourceFailed("What the other Glance answers is no image.");
  const properties = Object.entries(document).flatMap(([name, value]) =>
    base.has(name) || typeof value !== "string" ? [] : [[name, value] as const],
  );
  return {
    ...{ status: status satisfies ImageStatus, size: typeof size === "number" ? size : null, dataUrl },
    ...{ disk_format: text(document, "disk_format"), container_format: text(document, "container_format") },
    ...{ checksum: text(document, "checksum"), os_hash_algo: text(document, "os_hash_algo") },
    os_hash_value: text(document, "os_hash_value"),
    properties: Object.fromEntries(properties),
  };
}

async function jsonOf({ body }: FetchedAnswer): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  try {
    const document: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (isJsonObject(document)) return document;
  } catch {
    // Said below.
  }
  throw new ImportSourceFailed("What the other Glance answers is no image.");
}

/**
 * Other Glances by the catalog of a Keystone, asked with the login of whoever wants their images. The endpoint is judged
 * as any source is (allowed hosts, ports and addresses), and it alone is given the token.
 */
export function remoteGlance(
  { ask, fetch }: { readonly ask: AskKeystone; readonly fetch: SourceFetch },
  options: ImportSourceOptions,
): RemoteGlance {
  const credentialOf = (token: string) => ({ name: "X-Auth-Token", value: token });
  return {
    find: async (place, token) => {
      const { status, body } = await ask("/auth/catalog", { headers: { "X-Auth-Token": token } });
      if (status === 401)
        throw new ImportSourceFailed("The login of this import has ended: import it again.");
      const endpoint = endpointIn(body, place);
      if (endpoint === undefined)
        throw new ImportSourceFailed(
          `The catalog has no ${place.access} endpoint of an image service in the region ${place.region}.`,
        );
      const url = `${endpoint.replace(/\/+$/, "").replace(/\/v2$/, "")}/v2/images/${encodeURIComponent(place.imageId)}`;
      try {
        const answer = await fetch(url, { maxBytes: MAX_DOCUMENT_BYTES, credential: credentialOf(token) });
        return imageOf(await jsonOf(answer), `${url}/file`);
      } catch (error) {
        throw translated(error);
      }
    },
    source: (token) => httpImportSource({ fetch }, { ...options, credential: credentialOf(token) }),
  };
}
