const oldest = ["2.7", "2.6", "2.5", "2.4", "2.3", "2.2", "2.1", "2.0"] as const;
const oneStore = ["2.15", "2.9", "2.17", ...oldest] as const;
const severalStores = ["2.15", "2.13", "2.12", "2.11", "2.10", "2.9", "2.8", "2.17", ...oldest] as const;

export interface OfferedVersions {
  /** Whether the operator named several stores: Glance lists the versions that are about them only then. */
  readonly severalStores: boolean;
}

/**
 * Versions that are listed and usable as path aliases of v2, newest first as far as Glance has them so
 * (docs/reference/image-api.md, "Versions").
 */
export const versionNumbers = ({ severalStores: has }: OfferedVersions): readonly string[] =>
  has ? severalStores : oneStore;

const CURRENT = "2.17";

/** Whether a first path segment names the Image API: `v2` or one of the listed versions. */
export const isImageApiVersion = (segment: string, offered: OfferedVersions): boolean =>
  segment === "v2" || versionNumbers(offered).some((number) => segment === `v${number}`);

/** The versions document; `publicUrl` is the absolute base with any stage prefix and no trailing slash. */
export const versionsDocument = (publicUrl: string, offered: OfferedVersions) => ({
  versions: versionNumbers(offered).map((number) => ({
    id: `v${number}`,
    status: number === CURRENT ? "CURRENT" : "SUPPORTED",
    links: [{ rel: "self", href: `${publicUrl}/v2/` }],
  })),
});
