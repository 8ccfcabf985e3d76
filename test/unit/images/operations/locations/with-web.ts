import type { Caller } from "../../../../../shared/caller.ts";
import type { Image } from "../../../../../shared/images/domain/image.ts";
import { deleteBytes } from "../../../../../shared/images/operations/bytes/delete-bytes.ts";
import { finalizeImage } from "../../../../../shared/images/operations/transfers/finalize-image.ts";
import { parseStores } from "../../../../../shared/settings/stores/parse-stores.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { demo, memoryService } from "../../../../fakes/images/service.ts";

export const data = Buffer.from("0123456789");
export const url = "https://images.example/one.raw";
export const other = "https://images.example/other.raw";
export const service: Caller = { ...demo, roles: ["service"] };

/** Two buckets and other hosts, at which there are two URLs. */
export function withWeb(overrides: Partial<Settings> = {}) {
  const enabled_backends = parseStores("s3:s3,cheap:s3,web:http");
  const one = memoryService({
    ...{
      enabled_backends,
      default_backend: "s3",
      show_multiple_locations: true,
      show_image_direct_url: true,
    },
    ...overrides,
  });
  for (const at of [url, other]) one.web.objects.set(at, data);
  return one;
}
export type Service = ReturnType<typeof withWeb>;

export async function stored({ ports }: Service, id: string): Promise<Image> {
  const image = await ports.images.find(id);
  if (!image) throw new Error("it is there");
  return image;
}

export async function work(one: Service): Promise<void> {
  // What is lost and found again comes to the other worker, which hands it on.
  for (const ref of one.work.finalizing.splice(0)) await finalizeImage(one.ports)(ref, () => true);
  const sources = { ...one.ports, stores: one.ports.sources, readsSources: true } as const;
  for (const ref of one.work.reading.splice(0)) await finalizeImage(sources)(ref, () => true);
  for (const { deletionId } of one.work.deleting.splice(0)) await deleteBytes(one.ports)(deletionId);
}

export const refusal = (act: Promise<unknown>): Promise<number> =>
  act.then(
    () => 0,
    (error: { status: number }) => error.status ?? error,
  );
