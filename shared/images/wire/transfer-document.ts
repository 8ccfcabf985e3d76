import { MAX_PARTS } from "../../aws/multipart-limits.ts";
import type { Caller } from "../../caller.ts";
import type { OpenedTransfer } from "../operations/transfers/open-transfer.ts";
import type { TransferView } from "../operations/transfers/show-transfer.ts";
import type { TransferWithImage } from "../operations/transfers/transfer-access.ts";

/** A transfer as the API shows it (docs/transfers.md). The object key and the upload id stay inside. */
export const transferDocument = ({ image, transfer }: TransferWithImage) => ({
  id: transfer.id,
  image_id: transfer.image_id,
  state: transfer.state,
  stage: transfer.stage === true,
  size: transfer.statement?.size ?? transfer.size,
  part_size: transfer.part_size,
  max_parts: MAX_PARTS,
  expires_at: transfer.expires_at,
  image_status: image.status,
  ...(transfer.failure ? { failure: transfer.failure } : {}),
});

/** With whom the service takes the uploader for: an ingress shares its places among projects by that. */
export const openedDocument = (opened: OpenedTransfer, { projectId }: Caller) => ({
  ...transferDocument(opened),
  project_id: projectId,
  token: opened.token,
});

export const transferViewDocument = (view: TransferView) => ({
  ...transferDocument(view),
  parts: view.parts,
  ...(view.nextMarker === undefined ? {} : { next_marker: view.nextMarker }),
});
