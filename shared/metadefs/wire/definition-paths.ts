/** Characters that a segment of a path may have as they are (RFC 3986, pchar): Glance encodes none at all. */
const kept = /%(?:3A|40|24|26|2B|2C|3B|3D)/g;
const segment = (name: string): string => encodeURIComponent(name).replace(kept, decodeURIComponent);

export const namespacePath = (namespace: string): string => `/v2/metadefs/namespaces/${segment(namespace)}`;

export const objectPath = (namespace: string, object: string): string =>
  `${namespacePath(namespace)}/objects/${segment(object)}`;
