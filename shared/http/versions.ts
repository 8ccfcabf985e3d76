const oldest = ["2.7", "2.6", "2.5", "2.4", "2.3", "2.2", "2.1", "2.0"] as const;
const aboutStores = ["2.13", "2.12", "2.11", "2.10", "2.9", "2.8"] as const;
const withoutStores = ["2.9"] as const;

/** What Glance lists some of its versions for. */
export interface OfferedVersions {
  /** Whether the operator named several stores. */
  readonly severalStores: boolean;
  /** Whether there is a cache. */
  readonly cache: boolean;
}

/**
 * Versions that are listed and usable as path aliases of v2, newest first as far as Glance has them so
 * (docs/reference/image-api.md, "Versions").
 */
export function versionNumbers({ severalStores, cache }: OfferedVersions): readonly string[] {
  const older = severalStores ? aboutStores : withoutStores;
  return cache
    ? ["2.18", "2.17", "2.16", "2.15", "2.14", ...older, ...oldest]
    : ["2.15", ...older, "2.17", ...oldest];
}

/** Whether a first path segment names the Image API: `v2` or one of the listed versions. */
export const isImageApiVersion = (segment: string, offered: OfferedVersions): boolean =>
  segment === "v2" || versionNumbers(offered).some((number) => segment === `v${number}`);

/** The versions document; `publicUrl` is the absolute base with any stage prefix and no trailing slash. */
export function versionsDocument(publicUrl: string, offered: OfferedVersions) {
  const current = offered.cache ? "2.18" : "2.17";
  return {
    versions: versionNumbers(offered).map((number) => ({
      id: `v${number}`,
      status: number === current ? "CURRENT" : "SUPPORTED",
      links: [{ rel: "self", href: `${publicUrl}/v2/` }],
    })),
  };
}
