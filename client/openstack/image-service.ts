import { isJsonObject } from "../../shared/json-object.ts";
import { CLEAN_UP_MS } from "../limits.ts";
import type { Connections } from "../transfer/connections.ts";
import type { Answer } from "../transfer/exchange.ts";
import { signalAfter } from "../transfer/signal-after.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { apiCaller, misunderstood, objectOf } from "./api-caller.ts";
import { type AuditService, auditService } from "./audit-service.ts";
import { type ImageCache, imageCache } from "./image-cache.ts";
import { type ImageImports, imageImports } from "./image-imports.ts";
import { type ImageMembers, imageMembers } from "./image-members.ts";
import { type ImageStores, imageStores } from "./image-stores.ts";
import { checkMetadefs, type MetadefCheck } from "./metadef-check.ts";
import { type MetadefService, metadefService } from "./metadef-service.ts";
import { metadefWarnings } from "./metadef-warnings.ts";
import { type ProvenanceService, provenanceService } from "./provenance-service.ts";
import type { Session } from "./session.ts";

/** An image as the API shows it; custom properties stand beside the base attributes. */
export interface Image {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly size: number | null;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly disk_format: string | null;
  readonly visibility: string;
  readonly [attribute: string]: unknown;
}

/** An image that is not there, or not the only one of its name. */
export class ImageNotFound extends Error {}

export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

export interface Usage {
  readonly usage: number;
  readonly limit: number;
}

/** The Image API as one user sees it. Calls throw ApiRefused, ExchangeFailed or the signal's reason. */
export interface ImageService {
  readonly session: Session;
  readonly audit: AuditService;
  readonly provenance: ProvenanceService;
  readonly members: ImageMembers;
  readonly imports: ImageImports;
  readonly metadefs: MetadefService;
  readonly stores: ImageStores;
  readonly cache: ImageCache;
  /**
   * Makes an image with an id of the caller's (Glance takes a UUID): whatever becomes of the answer, the caller knows
   * what to delete. Ctrl-C does not end it, only an answer, or CLEAN_UP_MS after it.
   */
  create(id: string, attributes: Readonly<Record<string, unknown>>): Promise<Image>;
  show(id: string): Promise<Image>;
  /** By id, else by name among what these filters show. Throws ImageNotFound for none and for several of that name. */
  find(idOrName: string, filters?: Readonly<Record<string, string>>): Promise<Image>;
  /** All that match, or the first `most` of them, page by page. */
  list(query: readonly (readonly [string, string])[], most?: number): AsyncIterable<Image>;
  update(id: string, patch: readonly PatchOperation[]): Promise<Image>;
  /** One that is gone already is fine. */
  delete(id: string): Promise<void>;
  /** The same for what a command made and gives up: not ended by Ctrl-C, and over within CLEAN_UP_MS. */
  cleanUp(id: string): Promise<void>;
  /**
   * `restore` brings it out of `pending_delete`, `recover` with its data out of the store's keeping, both for admins;
   * `deactivate` keeps its data from being read until `reactivate`.
   */
  act(id: string, how: "restore" | "recover" | "deactivate" | "reactivate"): Promise<void>;
  /** Its properties against the metadata definitions that the caller sees. */
  checkMetadefs(id: string): Promise<MetadefCheck>;
  /** The project's quotas: amounts in the quota's own unit, a negative limit is none. */
  usage(): Promise<Readonly<Record<string, Usage>>>;
  /** Where the data of an image can be read for a while; undefined when it has none. The token is not needed there. */
  dataUrl(id: string): Promise<URL | undefined>;
}

const PAGE_IMAGES = 200;
const PATCH_TYPE = "application/openstack-images-v2.1-json-patch";
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function imageOf(value: unknown): Image {
  if (!isJsonObject(value) || typeof value.id !== "string") throw misunderstood();
  return value as Image;
}

function usageOf(value: unknown): Record<string, Usage> {
  if (!isJsonObject(value)) throw misunderstood();
  const entries = Object.entries(value).map(([name, amounts]): [string, Usage] => {
    if (!isJsonObject(amounts)) throw misunderstood();
    return [name, { usage: Number(amounts.usage), limit: Number(amounts.limit) }];
  });
  return Object.fromEntries(entries);
}

/** `warn` hears, a line each, in what a create or a change that was done contradicts metadata definitions. */
export function imageService(
  session: Session,
  connections: Connections,
  signal: AbortSignal,
  warn: (warning: string) => void = () => undefined,
): ImageService {
  const { endpoint } = session;
  const pathOf = (id: string) => `/v2/images/${encodeURIComponent(id)}`;

  const call = apiCaller(session, endpoint, connections, signal);

  const changed = (answer: Answer): Image => {
    for (const warning of metadefWarnings(answer)) warn(warning);
    return imageOf(objectOf(answer));
  };

  const show = async (id: string) => imageOf(objectOf(await call("GET", pathOf(id))));

  async function* list(
    asked: readonly (readonly [string, string])[],
    most = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Image> {
    const query = new URLSearchParams([["limit", String(Math.min(most, PAGE_IMAGES))]]);
    for (const [name, value] of asked) query.append(name, value);
    let left = most;
    for (let next: string | undefined = `?${query}`; next !== undefined && left > 0; ) {
      const page: Record<string, unknown> = objectOf(await call("GET", `/v2/images${next}`));
      if (!Array.isArray(page.images)) throw misunderstood();
      yield* page.images.slice(0, left).map(imageOf);
      left -= page.images.length;
      // Links come without the endpoint's prefix, or with it, or absolute: only their query says something new.
      next = typeof page.next === "string" ? new URL(page.next, endpoint).search : undefined;
    }
  }

  async function find(idOrName: string, filters: Readonly<Record<string, string>> = {}): Promise<Image> {
    if (UUID.test(idOrName)) {
      try {
        return await show(idOrName);
      } catch (error) {
        if (!(error instanceof ApiRefused && error.status === 404)) throw error;
      }
    }
    const found: Image[] = [];
    for await (const image of list(Object.entries({ name: idOrName, ...filters }))) found.push(image);
    const [only, other] = found;
    if (only === undefined) throw new ImageNotFound(`there is no image ${idOrName}`);
    if (other === undefined) return only;
    const ids = found.slice(0, 5).map(({ id }) => id);
    throw new ImageNotFound(
      `${found.length} images have the name ${idOrName}: give an id, e.g. ${ids.join(", ")}`,
    );
  }

  async function remove(id: string, own?: AbortSignal): Promise<void> {
    await call("DELETE", pathOf(id), undefined, own ? { signal: own } : {}).catch((error: unknown) => {
      if (!(error instanceof ApiRefused && error.status === 404)) throw error;
    });
  }

  return {
    session,
    audit: auditService(call, endpoint),
    provenance: provenanceService(call),
    members: imageMembers(call),
    imports: imageImports(call, endpoint),
    metadefs: metadefService(call, endpoint),
    stores: imageStores(call),
    cache: imageCache(call),
    show,
    find,
    list,
    create: async (id, attributes) => {
      const options = { signal: signalAfter(signal, CLEAN_UP_MS) };
      try {
        return changed(await call("POST", "/v2/images", { id, ...attributes }, options));
      } catch (error) {
        // The id makes the call repeatable: the second one after a lost answer finds the first one's image.
        if (!(error instanceof ApiRefused && error.status === 409)) throw error;
        return imageOf(objectOf(await call("GET", pathOf(id), undefined, options)));
      }
    },
    update: async (id, patch) => changed(await call("PATCH", pathOf(id), patch, { type: PATCH_TYPE })),
    delete: (id) => remove(id),
    cleanUp: (id) => remove(id, AbortSignal.timeout(CLEAN_UP_MS)),
    act: async (id, how) => {
      await call("POST", `${pathOf(id)}/actions/${how}`);
    },
    checkMetadefs: (id) => checkMetadefs(call, id),
    usage: async () => usageOf(objectOf(await call("GET", "/v2/info/usage")).usage),
    dataUrl: async (id) => {
      const answer = await call("GET", `${pathOf(id)}/file`);
      const { location } = answer.headers;
      if (answer.status === 204) return undefined;
      if (location === undefined) {
        throw new Error("this image service does not redirect downloads; read the image with another client");
      }
      const url = new URL(location, `${endpoint}/`);
      if (url.protocol !== "https:" && endpoint.startsWith("https:")) {
        throw new Error("the image service redirects the download to an unencrypted address; refused");
      }
      return url;
    },
  };
}
