import { randomUUID } from "node:crypto";
import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import type { Notification } from "../../notifications/domain/notification.ts";
import type { Collection } from "../domain/definitions.ts";
import { associationEvent, definitionEvent, namespaceEvent } from "../domain/metadef-events.ts";
import type { Namespace } from "../domain/namespace.ts";
import type { NewNamespace } from "../domain/new-namespace.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { DefinitionWrite, NamespaceStore } from "../ports/namespace-store.ts";
import { datedDefinition, type NewDefinition } from "./dated-definition.ts";
import { definitionWrite } from "./definition-write.ts";

/** The rules for what a new namespace contains are asked only where it contains it. */
function enforceCreation(caller: Caller, wanted: NewNamespace): void {
  enforceMetadef("add_metadef_namespace", caller);
  if (wanted.resource_type_associations.length > 0)
    enforceMetadef("add_metadef_resource_type_association", caller);
  if (wanted.objects.length > 0) enforceMetadef("add_metadef_object", caller);
  if (wanted.properties.length > 0) enforceMetadef("add_metadef_property", caller);
  if (wanted.tags.length > 0) enforceMetadef("add_metadef_tag", caller);
}

/** Writes of what a new namespace contains, each with its event. */
function contentOf({ namespace, objects, properties, tags }: NewNamespace, now: string) {
  const writes: DefinitionWrite[] = [];
  const events: Notification[] = [];
  const add = <Kind extends Collection>(collection: Kind, entries: readonly NewDefinition<Kind>[]) => {
    for (const entry of entries) {
      const after = datedDefinition<Kind>(entry, now);
      writes.push(definitionWrite(collection, { after }));
      events.push(definitionEvent(collection, "create", namespace, after));
    }
  };
  // In the order in which Glance makes them.
  add("objects", objects);
  add("tags", tags);
  add("properties", properties);
  return { writes, events };
}

/**
 * Makes a namespace with all that it shall contain: all of it or nothing. It is the caller's project's unless another
 * owner is given. Throws NamespaceTaken, DefinitionTaken and NamespaceTooLarge.
 */
export const createNamespace =
  ({ namespaces, clock }: { readonly namespaces: Pick<NamespaceStore, "commit">; readonly clock: Clock }) =>
  async (caller: Caller, wanted: NewNamespace): Promise<Namespace> => {
    enforceCreation(caller, wanted);
    const now = clock().toISOString();
    const times = { created_at: now, updated_at: now };
    const after: Namespace = {
      id: randomUUID(),
      namespace: wanted.namespace,
      display_name: wanted.display_name,
      description: wanted.description,
      visibility: wanted.visibility,
      protected: wanted.protected,
      owner: wanted.owner ?? caller.projectId,
      resource_types: wanted.resource_type_associations.map((association) => ({ ...association, ...times })),
      ...times,
      revision: 0,
    };
    const { writes, events } = contentOf(wanted, now);
    return namespaces.commit({
      before: undefined,
      after,
      writes,
      events: [
        namespaceEvent("metadef_namespace.create", after),
        ...after.resource_types.map((association) =>
          associationEvent("metadef_resource_type.create", after.namespace, association),
        ),
        ...events,
      ],
    });
  };
