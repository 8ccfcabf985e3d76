import type { MetadefService } from "../../../client/openstack/metadef-service.ts";
import { namespaceBody } from "../../../client/openstack/namespace-body.ts";
import { definitionsOf, type NamespaceDefinitions } from "../../../client/openstack/namespace-definitions.ts";
import { ApiRefused } from "../../../client/transfer/transfer-api.ts";

export interface MemoryMetadefs extends MetadefService {
  /** All namespaces as bodies, by name. */
  readonly all: () => Readonly<Record<string, unknown>>;
  /** Calls that changed something: `create zz`. */
  readonly changes: string[];
}

/** An answer of the API that is no success. */
export const refused = (status: number, message = "no"): ApiRefused =>
  new ApiRefused({ status, headers: {}, body: Buffer.from(JSON.stringify({ message })) });

/** A catalogue with Glance's rules: names are taken once, nothing is taken away from what is protected. */
export function memoryMetadefs(callersProject = "own"): MemoryMetadefs {
  const namespaces = new Map<string, NamespaceDefinitions>();
  const named = (namespace: string): NamespaceDefinitions => {
    const found = namespaces.get(namespace);
    if (!found) throw refused(404);
    return found;
  };
  /** What a map is with this entry, which must not be there, or must. */
  function entered<Entry>(
    map: ReadonlyMap<string, Entry>,
    name: string,
    entry: Entry,
    isThere: boolean,
  ): ReadonlyMap<string, Entry> {
    if (map.has(name) !== isThere) throw refused(isThere ? 404 : 409);
    return new Map([...map, [name, entry]]);
  }
  const become = (namespace: string, changed: Partial<NamespaceDefinitions>) =>
    namespaces.set(namespace, { ...named(namespace), ...changed });
  const change = async (what: string, work: () => void): Promise<void> => {
    work();
    memory.changes.push(what);
  };
  const memory: MemoryMetadefs = {
    changes: [],
    all: () => Object.fromEntries([...namespaces].map(([name, each]) => [name, namespaceBody(each)])),
    list: async function* () {
      yield* namespaces.values();
    },
    find: async (namespace) => namespaces.get(namespace),
    create: (definitions) =>
      change(`create ${definitions.namespace}`, () => {
        if (namespaces.has(definitions.namespace)) throw refused(409);
        const kept = { ...definitions, owner: definitions.owner ?? callersProject };
        // As JSON, and read again: what is there is what went over the wire.
        namespaces.set(kept.namespace, definitionsOf(JSON.parse(JSON.stringify(namespaceBody(kept)))));
      }),
    update: (namespace, base) =>
      change(`update ${namespace}`, () => {
        const { resource_type_associations, properties, objects, tags } = named(namespace);
        if (base.namespace !== namespace && namespaces.has(base.namespace)) throw refused(409);
        const next = { ...base, owner: base.owner ?? callersProject };
        namespaces.delete(namespace);
        namespaces.set(base.namespace, { ...next, resource_type_associations, properties, objects, tags });
      }),
    delete: (namespace) =>
      change(`delete ${namespace}`, () => {
        if (namespaces.get(namespace)?.protected) throw refused(403, "protected");
        namespaces.delete(namespace);
      }),
    addAssociation: (namespace, association) =>
      change(`associate ${association.name}`, () => {
        const { resource_type_associations: types } = named(namespace);
        become(namespace, {
          resource_type_associations: entered(types, association.name, association, false),
        });
      }),
    removeAssociation: (namespace, type) =>
      change(`dissociate ${type}`, () => {
        const { resource_type_associations, protected: isProtected } = named(namespace);
        if (isProtected) throw refused(403, "protected");
        const others = [...resource_type_associations].filter(([name]) => name !== type);
        become(namespace, { resource_type_associations: new Map(others) });
      }),
    addProperty: (namespace, name, schema) =>
      change(`add ${name}`, () => {
        become(namespace, { properties: entered(named(namespace).properties, name, schema, false) });
      }),
    replaceProperty: (namespace, name, schema) =>
      change(`replace ${name}`, () => {
        become(namespace, { properties: entered(named(namespace).properties, name, schema, true) });
      }),
    addObject: (namespace, object) =>
      change(`add ${object.name}`, () => {
        become(namespace, { objects: entered(named(namespace).objects, object.name, object, false) });
      }),
    replaceObject: (namespace, object) =>
      change(`replace ${object.name}`, () => {
        become(namespace, { objects: entered(named(namespace).objects, object.name, object, true) });
      }),
    addTag: (namespace, tag) =>
      change(`add ${tag}`, () => {
        const { tags } = named(namespace);
        if (tags.has(tag)) throw refused(409);
        become(namespace, { tags: new Set([...tags, tag]) });
      }),
  };
  return memory;
}
