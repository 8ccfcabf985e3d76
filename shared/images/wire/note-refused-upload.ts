import type { Clock } from "../../clock.ts";
import type { ApiRequest } from "../../http/api-request.ts";
import { rememberedUntil } from "../domain/broken-upload.ts";
import type { RefusedUploads } from "../ports/refused-uploads.ts";

const isImageId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the body of a transfer's creation is about an upload with data; its size is null or absent while unknown. */
function opensWithData({ body }: ApiRequest): boolean {
  try {
    const { size = null } = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
    return size !== 0;
  } catch {
    return false;
  }
}

/** Whether the request is an upload that sends or announces data. */
function bringsData(request: ApiRequest): boolean {
  const { route, headers, body } = request;
  if (route?.operation === "createTransfer") return opensWithData(request);
  const isPut = route?.operation === "uploadImage" || route?.operation === "stageImage";
  const announced = Number(headers.get("x-openstack-image-size") ?? 0) > 0;
  return isPut && (body.length > 0 || announced);
}

/**
 * Remembers refused uploads with data, so that their empty repeat is known for what it is: after 401 keystoneauth logs
 * in again and sends the consumed body. Not those of callers who may not upload, whose repeat would fare no better.
 */
export const noteRefusedUpload =
  ({ refused, clock }: { readonly refused: RefusedUploads; readonly clock: Clock }) =>
  async (request: ApiRequest, status: number): Promise<void> => {
    const imageId = request.params.image_id ?? "";
    if (status === 403 || status === 404 || !isImageId.test(imageId) || !bringsData(request)) return;
    await refused.note(imageId, rememberedUntil(clock()));
  };
