import { createHash } from "node:crypto";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import { type Layer, sha256 } from "./layer.ts";

/** OCI image specification 1.1: media types, image-layout.md, config.md, manifest.md. */
const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ImageParts {
  readonly architecture: Architecture;
  readonly layer: Layer;
  readonly entrypoint: readonly string[];
  readonly port: number;
  /** The tag in the layout. */
  readonly tag: string;
}

/** Writes an image of one layer as an OCI image layout. `folder` must be empty. Answers the manifest's digest. */
export async function writeLayout(folder: string, parts: ImageParts): Promise<string> {
  const { architecture, layer, entrypoint, port, tag } = parts;
  const blobs = join(folder, "blobs/sha256");
  await mkdir(blobs, { recursive: true });
  const blobFile = (digest: string) => join(blobs, digest.slice("sha256:".length));

  async function writeBlob(mediaType: string, value: object): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    await writeFile(blobFile(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  const layerDigest = await sha256(layer.file);
  await rename(layer.file, blobFile(layerDigest));
  const { size } = await stat(blobFile(layerDigest));
  const config = await writeBlob(types.config, {
    ...{ architecture, os: "linux" },
    config: {
      ...{ User: "1000:1000", WorkingDir: "/app", Entrypoint: entrypoint },
      ExposedPorts: { [`${port}/tcp`]: {} },
    },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [{ created_by: "npm run ingress-image" }],
  });
  const manifest = await writeBlob(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config,
    layers: [{ mediaType: types.layer, digest: layerDigest, size }],
  });
  const named = {
    ...manifest,
    platform: { architecture, os: "linux" },
    annotations: { "org.opencontainers.image.ref.name": tag },
  };
  await writeFile(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [named] }),
  );
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return manifest.digest;
}
