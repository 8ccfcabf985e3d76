import { randomBytes, randomUUID } from "node:crypto";
import type { BegunBy } from "../../../begun-by.ts";
import type { Caller } from "../../../caller.ts";
import { BadRequest, NotFound, TooLarge } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import { imageEvent, storeEvent } from "../../domain/image-events.ts";
import { type ProjectLimits, withLimits } from "../../domain/limits.ts";
import { FIRST_STORE } from "../../domain/location.ts";
import { objectKey } from "../../domain/object-key.ts";
import { planParts } from "../../domain/part-plan.ts";
import { checkQuota } from "../../domain/quota.ts";
import { type ImageStatus, StatusTransition } from "../../domain/status.ts";
import type { ConfiguredStores, StoreDescription } from "../../domain/store.ts";
import { bytesOfTransfer, isAlive, type Transfer, type TransferSignature } from "../../domain/transfer.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { Limits } from "../../ports/limits.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import type { RefusedUploads } from "../../ports/refused-uploads.ts";
import type { Stores } from "../../ports/stores.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { imageSignature, type SignaturePorts, signerOf } from "../signatures/signer-of.ts";
import { storeOfUpload, wantedStore } from "../stores/choose-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { visibleImage } from "../visible-image.ts";
import { judgeEmptyUpload, refuseRepeat } from "./empty-upload.ts";
import { releaseTransfer } from "./release-transfer.ts";
import { tokenHash, uploadRule } from "./transfer-access.ts";

export interface OpenTransferPorts extends SignaturePorts {
  readonly images: ImageStore & TransferStore & MemberStore;
  readonly stores: Stores<Pick<PresigningStore, "createUpload" | "abortUpload">>;
  readonly configured: ConfiguredStores;
  readonly limits: Limits;
  readonly refused: RefusedUploads;
}

export interface TransferRequest {
  /** Bytes; null when unknown. */
  readonly size: number | null;
  /**
   * Of a PUT that was relayed: whether the client said the size, or its body of any length was found to be empty.
   * Absent: the uploader opens the transfer by itself, and an empty one on purpose.
   */
  readonly announced?: boolean | undefined;
  /** The store that the data is to go to; the default one without. Staged data goes where the service wants it. */
  readonly store?: string | undefined;
  readonly leaseSeconds: number;
  /** Stage the bytes for an import; the formats need not be known yet. */
  readonly stage: boolean;
  /**
   * What the image's properties will say of its signature, which the uploader makes while it reads: the image has it when
   * all is sent.
   */
  readonly signatureFollows?: Image["properties"] | undefined;
  /** What the bytes were verified by already, of an upload that is here whole. */
  readonly verifiedBy?: TransferSignature | undefined;
  /** False: the bytes come in one put of ours. */
  readonly multipart: boolean;
}

export interface OpenedTransfer {
  readonly image: Image;
  readonly transfer: Transfer;
  /** Shown once, stored nowhere. */
  readonly token: string;
}

/**
 * The status of an image that is being uploaded or staged, or a refusal: by its status, its formats, the quota of
 * locations, the size, or because the data looks like the rest of an upload that broke off, or like nothing of it.
 */
export function statusOfUpload(
  image: Image,
  { size, announced, stage }: Pick<TransferRequest, "size" | "announced" | "stage">,
  now: Date,
  settings: Settings,
): ImageStatus {
  const status = stage ? "uploading" : "saving";
  if (image.status !== "queued") throw new StatusTransition(image.status, status);
  if (!stage) requireFormats(image);
  // A queued image has no place yet, and the upload brings one.
  if (!stage) checkQuota("locations", 1, settings.image_location_quota);
  checkSize(size, settings);
  if (size !== 0 || announced !== undefined) refuseRepeat(image, size, now);
  return status;
}

/**
 * Where the bytes go first, and last: nobody can sign a way to a folder, so that they come into the first bucket, and are
 * brought from there. Staged ones wait there for their import.
 */
const wayTo = (
  chosen: StoreDescription,
  store: string | undefined,
  { stage }: Pick<TransferRequest, "stage">,
): Pick<Transfer, "store" | "place_in"> =>
  chosen.type === "file"
    ? { store: FIRST_STORE, ...(!stage && { place_in: chosen.id }) }
    : { ...(store !== undefined && { store }) };

/** Throws BadRequest: an image in use has both formats. */
export function requireFormats(image: Image): void {
  if (image.disk_format === null || image.container_format === null) {
    throw new BadRequest(
      "Properties disk_format, container_format must be set prior to saving data: set both, then upload again.",
    );
  }
}

/** Nothing would ever import what is staged. As in Glance the path is none then. */
function requireStaging({ enabled_import_methods }: Settings): void {
  if (!enabled_import_methods.includes("glance-direct"))
    throw new NotFound("Nothing is staged here: the import method glance-direct is not enabled.");
}

function checkSize(size: number | null, settings: Settings): void {
  if (size !== null && size > settings.image_size_cap) {
    throw new TooLarge(`The image has ${size} bytes; this service takes at most ${settings.image_size_cap}.`);
  }
}

/** The project must have room for what is announced. Nothing is set aside: the end of the upload is judged again. */
const withinLimits = ({ owner }: Image, limits: ProjectLimits, { size, stage }: TransferRequest) =>
  withLimits(
    owner,
    limits,
    stage
      ? { image_stage_total: size, image_count_uploading: 0 }
      : { image_size_total: size, user_storage_quota: size, image_count_uploading: 0 },
  );

/** What is to be verified, as far as it is known now: what is bad already is refused before anything is sent. */
async function signatureOfUpload(
  ports: SignaturePorts,
  image: Image,
  { stage, signatureFollows, verifiedBy }: TransferRequest,
): Promise<TransferSignature | undefined> {
  if (stage) return undefined;
  if (signatureFollows && !imageSignature(image)) {
    // No signature of anything: the completion puts the image's own in its place.
    const properties = { ...signatureFollows, img_signature: "AAAA" };
    return signerOf(ports)({ id: image.id, properties });
  }
  return signerOf(ports)(image, verifiedBy);
}

const begunBy = ({ userId, projectId, epoch }: Caller): BegunBy => ({
  user_id: userId,
  project_id: projectId,
  ...(epoch !== undefined && { epoch }),
});

function newTransfer(
  caller: Caller,
  imageId: string,
  request: TransferRequest,
  way: Pick<Transfer, "store" | "place_in">,
  now: Date,
  settings: Settings,
) {
  const token = randomBytes(32).toString("base64url");
  const id = randomUUID();
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
  const transfer: Transfer = {
    id,
    image_id: imageId,
    revision: 0,
    state: "open",
    key: objectKey({ imageId, transferId: id }),
    ...way,
    ...(request.stage ? { stage: true } : {}),
    size: request.size,
    part_size: request.size === null ? null : planParts(request.size).partBytes,
    token_hash: tokenHash(token),
    lease_seconds: request.leaseSeconds,
    expires_at: after(request.leaseSeconds),
    latest_expiry: after(settings.transfer_lifetime_max),
    created_at: now.toISOString(),
    begun_by: begunBy(caller),
  };
  return { transfer, token };
}

/**
 * Begins an upload attempt: the image goes from queued to saving, by compare-and-set. While another attempt
 * lives, 409; one whose lease has run out gives way. The store that is asked for, the caller's rights and the size are checked first. Throws TooLarge above
 * a limit of the image's project.
 */
export const openTransfer =
  (ports: OpenTransferPorts) =>
  async (caller: Caller, imageId: string, request: TransferRequest): Promise<OpenedTransfer> => {
    const { images, stores, configured, clock, settings } = ports;
    if (request.stage) requireStaging(settings);
    else wantedStore(configured, request.store);

    const ready = async (): Promise<Image> => {
      const image = await visibleImage(images, caller, imageId);
      enforce(uploadRule(request.stage), caller, image);
      if (image.transfer_id === null) return image;
      const isDead = ({ transfer }: { transfer: Transfer }) => !isAlive(transfer, clock());
      const attempt = { imageId, transferId: image.transfer_id };
      const gaveWay = await releaseTransfer(ports)(attempt, { broken: true, when: isDead });
      if (!gaveWay) {
        const wanted = request.stage ? "uploading" : "saving";
        throw new StatusTransition(image.status, wanted, `another upload of image ${imageId} is under way.`);
      }
      return visibleImage(images, caller, imageId);
    };

    const withProjectLimits = async (image: Image) => ({
      image,
      projectLimits: await limitsOf(ports.limits, image),
    });

    const first = await ready();
    statusOfUpload(first, request, clock(), settings);
    if (request.size === 0 && request.announced !== undefined)
      await judgeEmptyUpload(ports, imageId, request.announced);
    const inParts = request.multipart && request.size !== 0;
    const chosen = storeOfUpload(configured, request);
    const store = configured.named ? chosen.id : undefined;
    const { transfer: plain, token } = newTransfer(
      ...([caller, imageId, request, wayTo(chosen, store, request)] as const),
      ...([clock(), settings] as const),
    );
    const signature = await signatureOfUpload(ports, first, request);
    const blobs = stores.of(bytesOfTransfer(plain));
    const transfer: Transfer = {
      ...plain,
      ...(signature && { signature }),
      ...(inParts && { upload_id: await blobs.createUpload(plain.key) }),
    };

    try {
      const { image } = await updateWithRetry(
        images,
        async () => withProjectLimits(await ready()),
        ({ image: before, projectLimits }) => {
          const status = statusOfUpload(before, request, clock(), settings);
          const now = clock().toISOString();
          const after: Image = { ...before, status, transfer_id: transfer.id, updated_at: now };
          return {
            ...withinLimits(before, projectLimits, request),
            image: { before, after },
            writes: [{ kind: "transfer", before: undefined, after: transfer }],
            events: [
              imageEvent("image.update", after),
              ...(request.stage ? [] : [storeEvent("image.prepare", after, store)]),
            ],
          };
        },
        await withProjectLimits(first),
      );
      return { image, transfer: { ...transfer, revision: 1 }, token };
    } catch (error) {
      // Left behind, it would cost nothing but space until the bucket's lifecycle ends it.
      if (transfer.upload_id !== undefined) {
        await blobs.abortUpload(transfer.key, transfer.upload_id).catch(() => undefined);
      }
      throw error;
    }
  };
