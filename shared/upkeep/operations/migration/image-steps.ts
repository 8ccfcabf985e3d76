import { type Image, type Location, RECORD_VERSION } from "../../../images/domain/image.ts";
import { keysInUse } from "../../../images/domain/object-key.ts";
import type { BlobStore } from "../../../images/ports/blob-store.ts";
import type { MemberStore } from "../../../images/ports/member-store.ts";

export interface StepPorts {
  readonly images: Pick<MemberStore, "members">;
  readonly blobs: Pick<BlobStore, "head">;
}

/** Brings an image's record from one version to the next: what it returns is written on condition of the image. */
type Step = (ports: StepPorts, image: Image) => Promise<Image>;

/** Bytes that are not what is recorded get no mark: what is wrong with them is for the auditors to say. */
async function withEtag({ blobs }: StepPorts, image: Image, bytes: Location | null) {
  const isInUse = bytes && keysInUse(image).includes(bytes.key);
  if (!isInUse || bytes.etag !== undefined) return bytes;
  const stored = await blobs.head(bytes.key);
  return stored?.size === bytes.size ? { ...bytes, etag: stored.etag } : bytes;
}

const toVersion2: Step = async (ports, image) => {
  const { length: member_count } = await ports.images.members(image.id);
  return {
    ...image,
    member_count,
    location: await withEtag(ports, image, image.location),
    staged: await withEtag(ports, image, image.staged),
  };
};

/** By the version that a step starts from. */
const steps: Readonly<Record<number, Step>> = { 1: toVersion2 };

export const isOutdated = ({ record_version }: Image): boolean => record_version < RECORD_VERSION;

/** The image as a record of today's version; one of a version that nobody knows is refused. */
export async function migrated(ports: StepPorts, image: Image): Promise<Image> {
  let latest = image;
  while (isOutdated(latest)) {
    const { record_version } = latest;
    const step = steps[record_version];
    if (!step) throw new Error(`no step leads on from record version ${record_version}`);
    latest = { ...(await step(ports, latest)), record_version: record_version + 1 };
  }
  return latest;
}
