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

/** Errors of calls that make, export, restore or replicate tables, which functions have no rights for. */
const errorsOfTables =
  /^n0_registry\.registerError\(((?:Backup|ContinuousBackups|DuplicateItem|Export|GlobalTable|Import|Index|InvalidEndpoint|InvalidExport|InvalidRestore|LimitExceeded|PointInTime|Policy|Replica[AN]|ResourceInUse|Table)\w*)\$, \1\);$/gm;

/**
 * The same schemas without those errors. The SDK makes an error that nobody registered too, with its name and message,
 * of the service's general class (@smithy/core, ProtocolLib.getErrorSchemaOrThrowBaseException).
 */
export const withoutErrorsOfTables = (source: string): string => source.replace(errorsOfTables, "");

/** Leaves the schemas of the operations that a function uses: 53 kB less in `transfers`, and 7 of DynamoDB's errors. */
export const usedSchemasOnly: Plugin = {
  name: "used-schemas-only",
  setup: (builder) =>
    builder.onLoad(
      { filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]/ },
      async ({ path }) => ({
        contents: withoutErrorsOfTables(withLiteralKeys(await readFile(path, "utf8"))),
        loader: "js",
      }),
    ),
};
