import { basename } from "node:path";
import type { Metafile, Plugin } from "esbuild";

/**
 * Modules that few invocations need. Each is a file of its own beside the bundle of a function that may need it, and
 * read when `import()` asks for it: no cold start pays for it. It shares nothing with the bundle: a class that both
 * have is two.
 */
export const rareModules = [
  "shared/compression/bzip2/bunzipped.ts",
  "shared/compression/xz/unxzed.ts",
  "shared/compression/unzipped.ts",
];

const names = rareModules.map((path) => basename(path, ".ts"));

/** Leaves them out of bundles that ask for them by `import()`. */
export const rareModulesApart: Plugin = {
  name: "rare-modules-apart",
  setup: (builder) =>
    builder.onResolve({ filter: new RegExp(`/(?:${names.join("|")})\\.ts$`) }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path: `./${basename(path, ".ts")}.mjs`, external: true } : undefined,
    ),
};

/** Those that an output asks for, by their sources. */
export const rareModulesOf = ({ imports }: Metafile["outputs"][string]): string[] =>
  rareModules.filter((_, index) =>
    imports.some(({ path, external }) => external === true && path === `./${names[index]}.mjs`),
  );
