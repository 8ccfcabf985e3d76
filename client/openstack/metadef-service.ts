import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";
import { baseBody, namespaceBody, objectBody } from "./namespace-body.ts";
import {
  type Association,
  definitionsOf,
  type NamespaceBase,
  type NamespaceDefinitions,
  type ObjectDefinition,
} from "./namespace-definitions.ts";

/** A name that no URL can hold: `.` and `..` mean folders there. */
export class NotInUrls extends Error {
  constructor(name: string) {
    super(`the name ${name} cannot be asked for: in a URL it means a folder`);
  }
}

/**
 * The catalogue of metadata definitions as one user sees it. Calls throw ApiRefused, NotInUrls, ExchangeFailed or the
 * signal's reason. They are repeated while that may help, so one that makes something may meet what it made itself:
 * ApiRefused with 409.
 */
export interface MetadefService {
  /** All that the caller may see, page by page, without what they contain. */
  list(): AsyncIterable<NamespaceDefinitions>;
  /** With all that it contains; undefined when there is none that the caller may see. */
  find(namespace: string): Promise<NamespaceDefinitions | undefined>;
  /** Makes a namespace whole. */
  create(definitions: NamespaceDefinitions): Promise<void>;
  /** Replaces what the namespace itself is, not what it contains. Without an owner it becomes the caller's project's. */
  update(namespace: string, base: NamespaceBase): Promise<void>;
  /** One that is gone already is fine. Throws ApiRefused with 403 for a protected one. */
  delete(namespace: string): Promise<void>;
  addAssociation(namespace: string, association: Association): Promise<void>;
  /** One that is gone already is fine. */
  removeAssociation(namespace: string, resourceType: string): Promise<void>;
  addProperty(namespace: string, name: string, schema: JsonObject): Promise<void>;
  replaceProperty(namespace: string, name: string, schema: JsonObject): Promise<void>;
  addObject(namespace: string, object: ObjectDefinition): Promise<void>;
  replaceObject(namespace: string, object: ObjectDefinition): Promise<void>;
  addTag(namespace: string, tag: string): Promise<void>;
}

const PAGE_NAMESPACES = 200;
const ROOT = "/v2/metadefs/namespaces";

/** The URL's path of a namespace, of one of its collections, or of an entry in it. */
function pathOf(...names: readonly string[]): string {
  const bad = names.find((name) => name === "." || name === "..");
  if (bad !== undefined) throw new NotInUrls(bad);
  return [ROOT, ...names.map(encodeURIComponent)].join("/");
}

/** What `work` gives; undefined where the service says that it is not there. */
async function unlessGone<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiRefused && error.status === 404) return undefined;
    throw error;
  }
}

export function metadefService(call: ApiCaller, endpoint: string): MetadefService {
  return {
    list: async function* () {
      for (let next: string | undefined = `?limit=${PAGE_NAMESPACES}`; next !== undefined; ) {
        const page: Record<string, unknown> = objectOf(await call("GET", `${ROOT}${next}`));
        if (!Array.isArray(page.namespaces) || !page.namespaces.every(isJsonObject)) throw misunderstood();
        yield* page.namespaces.map(definitionsOf);
        next = typeof page.next === "string" ? new URL(page.next, endpoint).search : undefined;
      }
    },
    find: async (namespace) => {
      const answer = await unlessGone(call("GET", pathOf(namespace)));
      return answer && definitionsOf(objectOf(answer));
    },
    create: async (definitions) => {
      await call("POST", ROOT, namespaceBody(definitions));
    },
    update: async (namespace, base) => {
      await call("PUT", pathOf(namespace), baseBody(base));
    },
    delete: async (namespace) => {
      await unlessGone(call("DELETE", pathOf(namespace)));
    },
    addAssociation: async (namespace, association) => {
      await call("POST", pathOf(namespace, "resource_types"), association);
    },
    removeAssociation: async (namespace, resourceType) => {
      await unlessGone(call("DELETE", pathOf(namespace, "resource_types", resourceType)));
    },
    addProperty: async (namespace, name, schema) => {
      await call("POST", pathOf(namespace, "properties"), { ...schema, name });
    },
    replaceProperty: async (namespace, name, schema) => {
      await call("PUT", pathOf(namespace, "properties", name), { ...schema, name });
    },
    addObject: async (namespace, object) => {
      await call("POST", pathOf(namespace, "objects"), objectBody(object));
    },
    replaceObject: async (namespace, object) => {
      await call("PUT", pathOf(namespace, "objects", object.name), objectBody(object));
    },
    addTag: async (namespace, tag) => {
      await call("POST", pathOf(namespace, "tags", tag));
    },
  };
}
