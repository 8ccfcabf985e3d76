import { pageLinks } from "../../http/page-links.ts";
import type { NamespaceContent } from "../domain/definitions.ts";
import type { Namespace } from "../domain/namespace.ts";
import type { NewNamespace } from "../domain/new-namespace.ts";
import { associationsDocument, newAssociationDocument } from "./association-document.ts";
import { namespacePath } from "./definition-paths.ts";
import { newObjectDocument, objectDocument } from "./object-document.ts";
import { propertiesByName, propertiesDocument } from "./property-document.ts";
import { filled, setTexts, shownTimes } from "./shown.ts";
import { tagsDocument } from "./tag-document.ts";

/** A namespace without anything that it contains, as the answer to a change has it. */
export const namespaceDocument = (namespace: Namespace) => ({
  ...setTexts({
    namespace: namespace.namespace,
    display_name: namespace.display_name,
    description: namespace.description,
    visibility: namespace.visibility,
    owner: namespace.owner,
  }),
  protected: namespace.protected,
  ...shownTimes(namespace),
  self: namespacePath(namespace.namespace),
  schema: "/v2/schemas/metadefs/namespace",
});

/** A namespace that was created: what its content has of the service's own is shown when it is asked for. */
export const createdNamespaceDocument = (namespace: Namespace, content: NewNamespace) => ({
  ...namespaceDocument(namespace),
  ...filled({
    resource_type_associations: content.resource_type_associations.map(newAssociationDocument),
    objects: content.objects.map(newObjectDocument),
    ...propertiesDocument(content.properties),
    ...tagsDocument(content.tags),
  }),
});

/** A page of the list of namespaces for this query; `more` when there may be another one behind it. */
export const namespacesDocument = (
  namespaces: readonly Namespace[],
  query: URLSearchParams,
  more: boolean,
) => ({
  namespaces: namespaces.map((namespace) => ({
    ...namespaceDocument(namespace),
    ...filled(associationsDocument(namespace.resource_types)),
  })),
  ...pageLinks(query, more ? namespaces.at(-1)?.namespace : undefined, "/v2/metadefs/namespaces"),
  schema: "/v2/schemas/metadefs/namespaces",
});

/**
 * A namespace with all that it contains. With a resource type that it is associated with, names of properties have the
 * association's prefix (docs/reference/metadefs-api.md, "Prefixes").
 */
export function wholeNamespaceDocument(
  { namespace, content }: { readonly namespace: Namespace; readonly content: NamespaceContent },
  resourceType?: string,
) {
  const association = namespace.resource_types.find(({ name }) => name === resourceType);
  const prefix = association?.prefix ?? "";
  return {
    ...namespaceDocument(namespace),
    ...filled({
      ...associationsDocument(namespace.resource_types),
      objects: content.objects.map((object) => objectDocument(namespace.namespace, object, prefix)),
      properties: propertiesByName(
        content.properties.map(({ name, schema }) => [name, schema]),
        prefix,
      ),
      // As in their own list: the newest first.
      ...tagsDocument(content.tags.toReversed()),
    }),
  };
}
