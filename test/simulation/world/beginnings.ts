import { createImage } from "../../../shared/images/operations/create-image.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { addLocation } from "../../../shared/images/operations/locations/add-location.ts";
import { completeTransfer } from "../../../shared/images/operations/transfers/complete-transfer.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { signParts } from "../../../shared/images/operations/transfers/sign-parts.ts";
import { uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { demo, hashesOf } from "../../fakes/images/service.ts";
import type { Config } from "./config.ts";
import { runOf } from "./jobs.ts";
import type { Ports } from "./ports.ts";
import type { World } from "./world.ts";

const data = new Uint8Array(Buffer.from("first data"));

async function uploadStated({ places }: World, { api }: Ports, imageId: string): Promise<void> {
  const { transfer, token } = await openTransfer(api)(demo, imageId, {
    ...{ size: data.length, leaseSeconds: 60, stage: false, multipart: true },
  });
  const access = { caller: undefined, token };
  const ref = { imageId, transferId: transfer.id };
  const { parts } = await signParts(api)(access, ref, [{ number: 1, size: data.length }]);
  places.get(transfer.store ?? "s3")?.putPart(parts[0]?.url ?? "", data);
  await completeTransfer(api)(access, ref, { size: data.length, ...hashesOf(data) });
}

/** Brings an image to where a history begins with it. Nobody else is at work yet. */
export async function begin(
  world: World,
  ports: Ports,
  imageId: string,
  how: Config["images"][number],
): Promise<void> {
  if (how === "absent") return;
  const attributes = { id: imageId, disk_format: "raw", container_format: "bare", properties: {} };
  await createImage(ports.api)(demo, attributes);
  if (how === "queued") return;
  if (how === "registered") {
    const url = "https://images.example/first.raw";
    world.web.objects.set(url, data);
    return addLocation(ports.api)(demo, imageId, { url });
  }
  if (how === "stated") await uploadStated(world, ports, imageId);
  else await uploadImage(ports.data)(demo, imageId, data);
  if (how === "waiting" || how === "deleted") await deleteImage(ports.api)(demo, imageId);
  if (how === "deleted" && world.settings.delayed_delete) {
    world.scheduler.doze(2_000_000);
    await runOf(ports, "scrubber", { now: true, hasTime: () => true });
  }
}
