import type { Plugin } from "esbuild";

const fallbacks =
  /[\\/](?:@smithy[\\/]core|@aws-sdk[\\/]checksums)[\\/]dist-es[\\/]submodules[\\/].*[\\/](Sha256Js|Sha1Js|Md5Js)\.js$/;

/**
 * The SDK's own SHA-256, SHA-1 and MD5 for a Node without them; Lambda's has all three, and so the SDK asks
 * node:crypto. 8 kB less in a function with the S3 client. Where they were missing, the first use would say so.
 */
export const nativeHashesOnly: Plugin = {
  name: "native-hashes-only",
  setup: (builder) =>
    builder.onLoad({ filter: fallbacks }, ({ path }) => {
      const name = fallbacks.exec(path)?.[1];
      const message = JSON.stringify(`${name} is left out of the bundle: node:crypto has the hash`);
      return {
        contents: `export class ${name}{constructor(){throw new Error(${message})}}`,
        loader: "js",
      };
    }),
};
