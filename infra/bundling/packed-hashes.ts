import { readFile } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "esbuild";

const programs = /^var (data(?:\$\w+)?) = "([A-Za-z0-9+/=]+)";$/gm;
const use = "decodeBase64(binary.data)";

const packed = (base64: string): string =>
  brotliCompressSync(Buffer.from(base64, "base64")).toString("base64");

/**
 * hash-wasm with its programs compressed; each is unpacked when the first hash of its kind is made. Of hashes that
 * nobody uses not even the locks are left, which it makes while it is loaded.
 */
export function withPackedPrograms(source: string): string {
  if (source.split(use).length !== 2) throw new Error(`hash-wasm has not one place with ${use} any more`);
  return [
    'import { brotliDecompressSync as __unpacked } from "node:zlib";',
    source
      .replace(programs, (_, name: string, base64: string) => `var ${name} = "${packed(base64)}";`)
      .replaceAll("new Mutex()", "/* @__PURE__ */ new Mutex()")
      .replace(use, 'new Uint8Array(__unpacked(Buffer.from(binary.data, "base64")))'),
  ].join("\n");
}

/** MD5, SHA-256 and SHA-512 in WebAssembly are 36 kB as hash-wasm brings them, and 10 so. */
export const packedHashes: Plugin = {
  name: "packed-hashes",
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]hash-wasm[\\/]dist[\\/]index\.esm\.js$/ }, async ({ path }) => ({
      contents: withPackedPrograms(await readFile(path, "utf8")),
      loader: "js",
    })),
};
