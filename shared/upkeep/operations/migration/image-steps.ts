import { type Image, RECORD_VERSION } from "../../../images/domain/image.ts";
import type { Location } from "../../../images/domain/location.ts";
import { isInUse } from "../../../images/domain/object-key.ts";
import type { BlobStore } from "../../../images/ports/blob-store.ts";
import type { MemberStore } from "../../../images/ports/member-store.ts";
import type { Stores } from "../../../images/ports/stores.ts";

export interface StepPorts {
  readonly images: Pick<MemberStore, "members">;
  readonly stores: Stores<Pick<BlobStore, "head">>;
}

/** Brings an image's record from one version to the next: what it returns is written on condition of the image. */
type Step = (ports: StepPorts, image: Image) => Promise<Image>;

/** Bytes that are not what is recorded get no mark: what is wrong with them is for the auditors to say. */
async function withEtag({ stores }: StepPorts, image: Image, bytes: Location): Promise<Location> {
  if (!isInUse(image, bytes) || bytes.etag !== undefined) return bytes;
  const stored = await stores.of(bytes).head(bytes.key);
  return stored?.size === bytes.size ? { ...bytes, etag: stored.etag } : bytes;
}

const toVersion2: Step = async (ports, image) => {
  const { length: member_count } = await ports.images.members(image.id);
  return {
    ...image,
    member_count,
    locations: await Promise.all(image.locations.map((bytes) => withEtag(ports, image, bytes))),
    staged: image.staged && (await withEtag(ports, image, image.staged)),
  };
};

/** A record's locations are a list with names however they were read: to write it is all there is to do. */
const toVersion3: Step = async (_, image) => image;

/** By the version that a step starts from. */
const steps: Readonly<Record<number, Step>> = { 1: toVersion2, 2: toVersion3 };

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
