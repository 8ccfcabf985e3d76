import { createHash } from "node:crypto";
import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { NotFound } from "../../../errors.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import { type DsseEnvelope, preAuthenticationEncoding } from "../../../signatures/dsse/envelope.ts";
import type { Image } from "../../domain/image.ts";
import { isOwn } from "../../domain/location.ts";
import { STATEMENT_TYPE, statementOf } from "../../domain/provenance-statement.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { ProvenanceRecords, StatementReader } from "../../ports/provenance-records.ts";
import type { StatementSigner } from "../../ports/statement-signer.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { showImage } from "../show-image.ts";
import { knownUpload } from "./known-upload.ts";

export interface ProvenancePorts {
  readonly images: ImageStore & MemberStore & Pick<TransferStore, "findWithTransfer">;
  readonly records: ProvenanceRecords;
  /** Absent where the deployment signs nothing. */
  readonly signer: StatementSigner | undefined;
  readonly configured: ConfiguredStores;
  /** The service's public address; empty where its operator has not said it. */
  readonly service: string;
  readonly clock: Clock;
}

/** After that an unchanged statement is signed again; it also is what a deleted image leaves for so long. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

const readerOf = (caller: Caller, { owner }: Image): StatementReader =>
  (owner !== null && owner !== "" && owner === caller.projectId) || isContextAdmin(caller)
    ? "owner"
    : "anybody";

/** Of where the bytes lie no more is said than the image shows: the names of its stores. */
const storesOf = ({ locations }: Image, { named }: ConfiguredStores): readonly string[] | null =>
  named
    ? locations
        .filter((location) => isOwn(location) && location.damaged === undefined)
        .map(({ store }) => store)
        .sort()
    : null;

/** The signature of these bytes: the one that was kept, or a new one, whose key is published before anybody gets it. */
async function signatureOf(
  { records, clock }: ProvenancePorts,
  signer: StatementSigner,
  { id, reader, payload }: { id: string; reader: StatementReader; payload: Buffer },
) {
  const payload_sha256 = createHash("sha256").update(payload).digest("hex");
  const key = await signer.publicKey();
  const kept = await records.find(id, reader);
  if (kept?.payload_sha256 === payload_sha256 && kept.kid === key.kid) return kept;
  await records.publish(key);
  const der = await signer.sign(preAuthenticationEncoding(STATEMENT_TYPE, payload));
  const signature = { payload_sha256, kid: key.kid, sig: Buffer.from(der).toString("base64") };
  await records.keep(id, reader, signature, new Date(clock().getTime() + KEPT_MS).toISOString());
  return signature;
}

/**
 * A signed statement of what is stored of an image, for whoever may see it. The same records give the same envelope, from
 * one signature: however often it is asked for, the key is used once for each change of what is stated, which uploads,
 * verification, audits and copies bring about and callers' PATCHes do not. Throws ImageNotFound, Conflict or NotFound.
 */
export const showProvenance =
  (ports: ProvenancePorts) =>
  async (caller: Caller, imageId: string): Promise<DsseEnvelope> => {
    const { images, signer, configured, service } = ports;
    const image = await showImage({ images })(caller, imageId);
    if (!signer)
      throw new NotFound("This service signs no statements: its operator has not set image_provenance.");
    const reader = readerOf(caller, image);
    const payload = statementOf(image, {
      service: service === "" ? null : service,
      stores: storesOf(image, configured),
      ...(reader === "owner" && { upload: await knownUpload(images, image) }),
    });
    const { kid, sig } = await signatureOf(ports, signer, { id: image.id, reader, payload });
    return {
      payload: payload.toString("base64"),
      payloadType: STATEMENT_TYPE,
      signatures: [{ keyid: kid, sig }],
    };
  };
