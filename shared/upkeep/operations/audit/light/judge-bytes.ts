import type { Damage } from "../../../../images/domain/damage.ts";
import { type Image, isSameBytes } from "../../../../images/domain/image.ts";
import type { Location, StoredBytes } from "../../../../images/domain/location.ts";
import {
  hasOtherGoodCopy,
  isStill,
  quarantineImage,
} from "../../../../images/operations/integrity/quarantine-image.ts";
import { updateWithRetry } from "../../../../images/operations/update-with-retry.ts";
import type { StoredBlob } from "../../../../images/ports/blob-store.ts";
import { CLOCK_SKEW_MS } from "../../clock-skew.ts";
import type { Decision } from "../../job-run.ts";
import { lastLook } from "../audit-age.ts";
import { isYoung, type LightAudit, report } from "./light-ports.ts";

function damageOf({ store, key, size }: Location, stored: StoredBlob | undefined): Damage | undefined {
  const evidence = { store, key, recorded_size: size };
  if (!stored) return { kind: "object-missing", evidence };
  return stored.size === size
    ? undefined
    : { kind: "size-mismatch", evidence: { ...evidence, stored_size: stored.size } };
}

/**
 * Whether all bytes of a copy were read and found right after the store got them. Of several copies a verification has
 * read one, an audit all.
 */
const wasReadSince = (image: Image, { damaged }: Location, { modifiedAt }: StoredBlob): boolean => {
  const looked = image.locations.length > 1 ? image.integrity.audited_at : lastLook(image);
  return (
    looked !== undefined &&
    modifiedAt !== undefined &&
    damaged === undefined &&
    image.integrity.quarantined === undefined &&
    image.integrity.mismatch === undefined &&
    Date.parse(looked) > Date.parse(modifiedAt) + CLOCK_SKEW_MS
  );
};

const withEtag = ({ locations }: Image, bytes: StoredBytes, etag: string): readonly Location[] =>
  locations.map((location) => (isSameBytes(location, bytes) ? { ...location, etag } : location));

/**
 * The bytes are of the right size, and not those that arrived: somebody has written them again, which may be a
 * repair. It is for the deep auditor to say: when it has read them since, and found them right, they are taken for good.
 */
function judgeEtag(audit: LightAudit, image: Image, bytes: Location, stored: StoredBlob): Decision {
  const { images } = audit.ports;
  const { store, key, etag = "" } = bytes;
  const evidence = { store, key, recorded_etag: etag, stored_etag: stored.etag };
  const subject = image.locations.length > 1 ? `${store}/${key}` : image.id;
  const finding = { kind: "etag-mismatch", subject, imageId: image.id, key, evidence };
  if (!wasReadSince(image, bytes, stored)) {
    const act = async () => {
      await report(audit, finding, "open");
      return false;
    };
    return { what: "report bytes", why: "they were written anew since they arrived", evidence, act };
  }
  const act = async () => {
    await updateWithRetry(
      images,
      async () => ({ image: (await images.find(image.id)) ?? image }),
      ({ image: before }) =>
        isStill(before, bytes)
          ? { image: { before, after: { ...before, locations: withEtag(before, bytes, stored.etag) } } }
          : undefined,
    );
    await report(audit, finding, "mended");
  };
  return {
    what: "take the new etag",
    why: "an audit has read the bytes since, and they are right",
    evidence,
    act,
  };
}

/**
 * One copy of an image's bytes against what the store says of it, without reading any: missing or of another size, it
 * is marked, or the image taken out of use where no good copy is left.
 */
export async function judgeCopy(
  audit: LightAudit,
  listed: Image,
  location: Location,
): Promise<Decision | undefined> {
  if (isYoung(audit.ports, listed.updated_at)) return undefined;
  const { ports, brake, found } = audit;
  const stored = await ports.stores.of(location).head(location.key);
  const damage = damageOf(location, stored);
  const isSame = stored && (location.etag === undefined || location.etag === stored.etag);
  if (!damage && isSame) return undefined;
  // Deleted since it was listed, its bytes may be gone by right.
  const image = await ports.images.find(listed.id);
  if (!isStill(image, location)) return undefined;
  if (!damage) return stored && judgeEtag(audit, image, location, stored);
  const act = () =>
    brake.pass(async () => {
      const { store, key } = location;
      const outcome = await quarantineImage(ports)({ imageId: image.id, store, key }, damage);
      if (outcome !== "gone") found();
      return outcome === "quarantined" || outcome === "copy";
    });
  const what = hasOtherGoodCopy(image, location) ? "mark copy" : "quarantine image";
  return { what, why: damage.kind, evidence: damage.evidence, act };
}

/** Staged bytes wait for an import, which would fail: nothing is in use that could be taken out of use. */
export async function judgeStaged(audit: LightAudit, listed: Image): Promise<Decision | undefined> {
  const { ports } = audit;
  const { staged } = listed;
  if (!staged || isYoung(ports, listed.updated_at)) return undefined;
  const damage = damageOf(staged, await ports.stores.of(staged).head(staged.key));
  if (!damage) return undefined;
  const image = await ports.images.find(listed.id);
  if (image?.staged?.key !== staged.key || image.status !== listed.status) return undefined;
  const { evidence } = damage;
  const finding = {
    kind: `staged-${damage.kind}`,
    subject: image.id,
    imageId: image.id,
    key: staged.key,
    evidence,
  };
  const act = async () => {
    await report(audit, finding, "open");
    return false;
  };
  return { what: "report staged bytes", why: damage.kind, evidence, act };
}
