import type { PatchOperation } from "../openstack/image-service.ts";

/** `/`-separated pointers: what stands in a name must not be taken for one (RFC 6901). */
export const pointer = (name: string): string => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** Sets these attributes of an image, whether it has them or not. */
export const attributePatch = (attributes: Readonly<Record<string, unknown>>): PatchOperation[] =>
  Object.entries(attributes).map(([name, value]) => ({ op: "add", path: pointer(name), value }));
