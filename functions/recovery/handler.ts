import { systemClock as clock } from "../../shared/clock.ts";
import { type ApiOperation, noContent } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { refuseBody } from "../../shared/http/json-body.ts";
import { s3DeletedBlobs } from "../../shared/images/adapters/s3/deleted-blobs.ts";
import { recoverImage } from "../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../shared/images/operations/restore-image.ts";
import { type DeletedBlobs, keptUntilDeleted } from "../../shared/images/ports/deleted-blobs.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { hintingStore } from "../wiring/image-ports.ts";
import { ofStores } from "../wiring/stores.ts";
import { swiftStore } from "../wiring/swift-stores.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const deletedBlobs = ofStores<DeletedBlobs>({
  s3: ({ client, bucket }) => s3DeletedBlobs(client, bucket),
  swift: (store) => keptUntilDeleted(swiftStore(store)),
});
const queue = workQueue();
const ports = { images: hintingStore(settings, queue), deletedBlobs, queue, clock };

const action =
  (act: ReturnType<typeof restoreImage>): ApiOperation =>
  async (request) => {
    refuseBody(request);
    await act(callerOf(request), param(request, "image_id"));
    return noContent;
  };

export const handler = imageApi("recovery", settings, {
  routes: imageRoutes,
  operations: { restoreImage: action(restoreImage(ports)), recoverImage: action(recoverImage(ports)) },
});
