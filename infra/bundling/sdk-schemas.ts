import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

const constants = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;
const computedKey = /\[(_\w+)\]: /g;

/**
 * The same schemas with their keys written out: `{ [_hE]: 404 }` becomes `{ "httpError": 404 }`. A computed key may
 * run code as far as esbuild knows, so it would keep the schema of every operation that nobody calls.
 */
export function withLiteralKeys(source: string): string {
  const literals = new Map([...source.matchAll(constants)].map(([, name, value]) => [name, value]));
  return source.replace(computedKey, (key, name) => {
    const value = literals.get(name);
    // As a literal key this one would set the prototype.
    return value === undefined || value === '"__proto__"' ? key : `${value}: `;
  });
}

/** Errors whose own class nobody needs, by the clients that have them; the beginnings of their names. */
const needless: ReadonlyMap<string, readonly string[]> = new Map([
  // Of calls that make, export, restore or replicate tables, which functions have no rights for.
  [
    "client-dynamodb",
    [
      ...["Backup", "ContinuousBackups", "DuplicateItem", "Export", "GlobalTable", "Import", "Index"],
      ...["InvalidEndpoint", "InvalidExport", "InvalidRestore", "LimitExceeded", "PointInTime", "Policy"],
      ...["ReplicaA", "ReplicaN", "ResourceInUse", "Table"],
    ],
  ],
  // Of calls on buckets, annotations and archives, which functions have no rights for.
  [
    "client-s3",
    [
      ...["Annotation", "BucketAlready", "EncryptionType", "IdempotencyParameter", "InvalidAnnotation"],
      ...["InvalidPrefix", "InvalidWriteOffset", "NoSuchAnnotation", "ObjectAlready", "ObjectNotIn"],
      ...["TooManyParts", "UnsupportedMedia"],
    ],
  ],
  // A message is sent or not: no function asks why.
  ["client-sqs", [""]],
]);

/**
 * The schemas of a client without those errors. The SDK makes an error that nobody registered too, with its name and
 * message, of the service's general class (@smithy/core, ProtocolLib.getErrorSchemaOrThrowBaseException).
 */
export function withoutNeedlessErrors(client: string, source: string): string {
  const names = needless.get(client);
  if (names === undefined) return source;
  const registered = new RegExp(
    `^n0_registry\\.registerError\\(((?:${names.join("|")})\\w*)\\$, \\1\\);$`,
    "gm",
  );
  return source.replace(registered, "");
}

const schemas = /[\\/]@aws-sdk[\\/](client-[^\\/]+)[\\/]dist-es[\\/]schemas[\\/]/;

/**
 * Leaves the schemas of the operations that a function uses: 53 kB less in `transfers`, and 20 of the clients' errors.
 */
export const usedSchemasOnly: Plugin = {
  name: "used-schemas-only",
  setup: (builder) =>
    builder.onLoad({ filter: schemas }, async ({ path }) => ({
      contents: withoutNeedlessErrors(
        schemas.exec(path)?.[1] ?? "",
        withLiteralKeys(await readFile(path, "utf8")),
      ),
      loader: "js",
    })),
};
