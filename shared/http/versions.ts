/**
 * Versions that are listed and usable as path aliases of v2, newest first (docs/reference/image-api.md, "Versions").
 */
export const versionNumbers = [
  "2.15",
  "2.9",
  "2.17",
  "2.7",
  "2.6",
  "2.5",
  "2.4",
  "2.3",
  "2.2",
  "2.1",
  "2.0",
] as const;

const CURRENT = "2.17";

const names: ReadonlySet<string> = new Set(["v2", ...versionNumbers.map((number) => `v${number}`)]);

/** Whether a first path segment names the Image API: `v2` or one of the listed versions. */
export const isImageApiVersion = (segment: string): boolean => names.has(segment);

/** The versions document; `publicUrl` is the absolute base with any stage prefix and no trailing slash. */
export const versionsDocument = (publicUrl: string) => ({
  versions: versionNumbers.map((number) => ({
    id: `v${number}`,
    status: number === CURRENT ? "CURRENT" : "SUPPORTED",
    links: [{ rel: "self", href: `${publicUrl}/v2/` }],
  })),
});
