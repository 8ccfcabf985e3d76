import type { Plugin } from "esbuild";

/** The operator's files of signed images. */
export interface DeployedCertificates {
  /** Certificates of signers by their ids, PEM. */
  readonly signing: ReadonlyMap<string, string>;
  /** Those that signers' must lead to, PEM. */
  readonly trusted: string;
}

/** Bytes of all of them. */
export const certificateBytes = ({ signing, trusted }: DeployedCertificates): number =>
  [trusted, ...signing.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** They stand for shared/signatures/certificates/deployed-certificates.ts in the bundles. */
export const deployedCertificates = ({ signing, trusted }: DeployedCertificates): Plugin => ({
  name: "deployed-certificates",
  setup: (builder) =>
    builder.onLoad(
      { filter: /[\\/]shared[\\/]signatures[\\/]certificates[\\/]deployed-certificates\.ts$/ },
      () => ({
        contents: [
          `const signing=new Map(${JSON.stringify([...signing])});`,
          "export const packagedSigners=()=>signing;",
          `export const trustedCertificates=()=>${JSON.stringify(trusted)};`,
        ].join("\n"),
        loader: "js",
      }),
    ),
});
