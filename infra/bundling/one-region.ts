import type { Plugin } from "esbuild";

/**
 * What stands for modules of the S3 client that are for buckets which no store names: directory buckets, whose
 * requests have sessions, and access points of many regions, whose requests are signed for all of them. 6 kB.
 */
const standIns: ReadonlyMap<string, string> = new Map([
  [
    "S3ExpressIdentityProviderImpl",
    `export class S3ExpressIdentityProviderImpl {
       getS3ExpressIdentity() { throw new Error("directory buckets are left out of the bundle"); }
     }`,
  ],
  [
    "SignatureV4MultiRegion",
    `import { SignatureV4 } from "@smithy/signature-v4";
     export class SignatureV4MultiRegion extends SignatureV4 {
       static sigv4aDependency() { return "none"; }
     }`,
  ],
]);

const filter =
  /[\\/]@aws-sdk[\\/](?:middleware-sdk-s3|signature-v4-multi-region)[\\/]dist-es[\\/](?:.*[\\/])?(S3ExpressIdentityProviderImpl|SignatureV4MultiRegion)\.js$/;

/** Leaves them out. */
export const oneRegionOnly: Plugin = {
  name: "one-region-only",
  setup: (builder) =>
    builder.onLoad({ filter }, ({ path }) => ({
      contents: standIns.get(filter.exec(path)?.[1] ?? "") ?? "",
      resolveDir: path.replace(/[\\/][^\\/]+$/, ""),
      loader: "js",
    })),
};
