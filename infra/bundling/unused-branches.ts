import type { Plugin } from "esbuild";

interface Branch {
  readonly export: string;
  /** When the SDK takes it. */
  readonly when: string;
}

/** Branches that no function takes, by the modules that have them: 8 kB in a function with the S3 client. */
const branches: ReadonlyMap<string, Branch> = new Map([
  [
    "retry/util-retry/AdaptiveRetryStrategy",
    { export: "AdaptiveRetryStrategy", when: "clients whose retries adapt their rate" },
  ],
  [
    "config/config-resolver/regionConfig/getInstanceMetadataRegion",
    { export: "getInstanceMetadataRegion", when: "machines of EC2; Lambda says its region in AWS_REGION" },
  ],
  [
    "serde/util-stream/sdk-stream-mixin.browser",
    { export: "sdkStreamMixin", when: "bodies of answers that are streams of the web, which Node's are not" },
  ],
  [
    "serde/util-stream/getAwsChunkedEncodingStream.browser",
    { export: "getAwsChunkedEncodingStream", when: "bodies of requests that are streams of the web" },
  ],
  [
    "serde/util-stream/checksum/createChecksumStream.browser",
    { export: "createChecksumStream", when: "bodies of answers that are streams of the web" },
  ],
]);

const filter = new RegExp(
  `[\\\\/]@smithy[\\\\/]core[\\\\/]dist-es[\\\\/]submodules[\\\\/](${[...branches.keys()].join("|").replaceAll(".", "\\.").replaceAll("/", "[\\\\/]")})\\.js$`,
);

/** Leaves out what the SDK has for other places than Lambda's Node. Whoever takes such a branch all the same is told. */
export const usedBranchesOnly: Plugin = {
  name: "used-branches-only",
  setup: (builder) =>
    builder.onLoad({ filter }, ({ path }) => {
      const name = filter.exec(path)?.[1]?.replaceAll("\\", "/") ?? "";
      const branch = branches.get(name);
      if (!branch) throw new Error(`${path} is none of the branches`);
      const message = `${branch.export} is left out of the bundle: it is for ${branch.when}`;
      // A function may be called as one and by new.
      return {
        contents: `export function ${branch.export}(){throw new Error(${JSON.stringify(message)})}`,
        loader: "js",
      };
    }),
};
