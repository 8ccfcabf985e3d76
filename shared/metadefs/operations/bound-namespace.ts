import type { BoundNamespace } from "../domain/contradictions.ts";
import type { WholeNamespace } from "../ports/namespace-store.ts";

/** The resource type of images in the files that OpenStack ships. */
export const IMAGE_RESOURCE_TYPE = "OS::Glance::Image";

/** A namespace as its definitions are for images; without an association its names stand as they are. */
export function boundToImages({ namespace, content }: WholeNamespace): BoundNamespace {
  const association = namespace.resource_types.find(({ name }) => name === IMAGE_RESOURCE_TYPE);
  return {
    namespace: namespace.namespace,
    prefix: association?.prefix ?? "",
    properties: content.properties,
    objects: content.objects,
  };
}
