import { readFile, stat } from "node:fs/promises";
import { Advised, DataMismatch, UsageError } from "../command-line/failures.ts";
import { ImageHash } from "../download/image-hashes.ts";
import type { Image } from "../openstack/image-service.ts";
import { keysIn, NoKeys } from "../provenance/read-keys.ts";
import { readEnvelope, type StatedImage, statedImage } from "../provenance/stored-image.ts";
import type { Context } from "./context.ts";
import { readLocalFile } from "./read-local-file.ts";
import type { Result } from "./result.ts";

export interface ProvenanceOptions {
  /** A file with the envelope, or an image whose envelope the service has. */
  readonly provenance: string;
  /** A file with the keys that may have signed it. */
  readonly key: string | undefined;
  /** The image that it must be about, as the service shows it now. */
  readonly image: string | undefined;
}

/** Statements and keys are small; what is larger is another file, given by mistake. */
const MAX_FILE_BYTES = 1024 ** 2;

async function smallFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES)
    throw new UsageError(`${path} is neither a statement nor a key: it has ${size} bytes`);
  return await readFile(path, "utf8");
}

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** The keys that the service publishes now: they say no more than that this service has signed. */
async function keysFor(context: Context, file: string | undefined) {
  const whose = file === undefined ? "that the service publishes" : `in ${file}`;
  const text = file === undefined ? await (await context.service()).provenance.keys() : await smallFile(file);
  try {
    return { whose, keys: keysIn(text) };
  } catch (error) {
    if (!(error instanceof NoKeys)) throw error;
    if (file !== undefined) throw new UsageError(`${file}: ${error.message}`);
    throw new Error(`the service's keys: ${error.message}`);
  }
}

/** Whether the service's record of an image is what is stated of it. */
function compareRecord(stated: StatedImage, { id, size, os_hash_algo, os_hash_value }: Image): void {
  if (id !== stated.imageId)
    throw new DataMismatch(`the statement is about image ${stated.imageId}, not about ${id}`);
  if (os_hash_algo !== stated.algorithm || os_hash_value !== stated.hash || size !== stated.size)
    throw new Advised(
      new DataMismatch(`image ${id} is not what the statement says of it: its size or hash is another`),
      "If its data was replaced since, ask the service for a new statement.",
    );
}

/** Whether a file of this machine is the image. */
async function compareFile(context: Context, path: string, stated: StatedImage): Promise<void> {
  const { size } = await stat(path);
  const what = `the image ${stated.imageId} of the statement`;
  if (size !== stated.size) throw new DataMismatch(`${path} has ${size} bytes, ${what} ${stated.size}`);
  const hash = new ImageHash({
    checksum: null,
    os_hash_algo: stated.algorithm,
    os_hash_value: stated.hash,
  });
  const progress = context.progress("verify", size);
  try {
    await readLocalFile(path, (bytes) => hash.update(bytes), { progress, signal: context.signal });
    await hash.compare(path);
  } catch (error) {
    // The stream has an error of its own for an aborted signal.
    throw context.signal.aborted ? context.signal.reason : error;
  } finally {
    progress.stop();
    hash.close();
  }
}

const assurances: ReadonlyMap<string, string> = new Map([
  ["verified", "the service itself has hashed all of it, as it came or by reading it back"],
  // Only in statements of before.
  ["computed", "the service computed the hash as it came"],
  ["stated", "STATED by its uploader, not verified by the service"],
]);

/** `imagectl verify --provenance FILE|IMAGE [FILE]`: who says so, and whether a file and the service's record agree. */
export async function verifyProvenance(
  context: Context,
  file: string | undefined,
  { provenance, key, image: named }: ProvenanceOptions,
): Promise<Result> {
  const isFile = await isThere(provenance);
  const find = async (idOrName: string) => (await context.service()).find(idOrName);
  const about = isFile ? undefined : await find(provenance);
  const image = named === undefined ? about : await find(named);
  const text = about
    ? await (await context.service()).provenance.envelope(about.id)
    : await smallFile(provenance);
  const what = isFile ? provenance : `the statement about ${provenance}`;
  const envelope = readEnvelope(text, what);
  const { keys, whose } = await keysFor(context, key);
  const stated = statedImage(envelope, keys, { what, whose });
  if (image) compareRecord(stated, image);
  if (file !== undefined) await compareFile(context, file, stated);
  const { imageId, algorithm, hash, size, assurance, predicate, keyId } = stated;
  const compared = [
    ...(file === undefined ? [] : [file]),
    ...(image ? [`the record of image ${image.id}`] : []),
  ];
  return {
    json: {
      ...{ image_id: imageId, size, verified_by: algorithm, hash, assurance, statement: predicate },
      ...{ key_id: keyId, key_file: key ?? null, file: file ?? null, record_compared: image !== undefined },
    },
    text: [
      `image ${imageId}: ${size} bytes, ${algorithm} ${hash}`,
      `assurance: ${assurance} (${assurances.get(assurance) ?? "of no kind that is known here"})`,
      `signed by the key ${keyId} ${whose}${key === undefined ? " (to rely on no service: --key)" : ""}`,
      compared.length === 0 ? "no data was compared with it" : `the same as ${compared.join(" and ")}`,
    ].join("\n"),
  };
}
