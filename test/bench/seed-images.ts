import { randomUUID } from "node:crypto";
import { emptyImage, type Image } from "../../shared/images/domain/image.ts";
import type { ImageStore } from "../../shared/images/ports/image-store.ts";

/** Writes under way at once: more does not make one emulator faster. */
const CONCURRENCY = 16;

/** The `n`th of many images of a busy project: one a second, every tenth shares its name with nine others. */
export function seedImage(n: number, owner: string): Image {
  const at = new Date(Date.UTC(2025, 0, 1) + n * 1000).toISOString();
  return {
    ...emptyImage,
    id: randomUUID(),
    name: n % 10 === 0 ? `nightly-${Math.floor(n / 100)}` : `image-${(n * 7919) % 1_000_003}`,
    owner,
    status: "active",
    size: (n * 104_729) % 10_000_019,
    disk_format: "qcow2",
    container_format: "bare",
    properties: { os_distro: n % 1000 === 0 ? "plan9" : "debian" },
    created_at: at,
    updated_at: at,
  };
}

/** Writes `count` images as the service would; returns them in the order of their creation. */
export async function seedImages(
  images: ImageStore,
  { count, owner }: { count: number; owner: string },
): Promise<Image[]> {
  const seeded = Array.from({ length: count }, (_, n) => seedImage(n, owner));
  let next = 0;
  const write = async () => {
    for (let after = seeded[next++]; after; after = seeded[next++])
      await images.commit({ image: { before: undefined, after } });
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, write));
  return seeded;
}
