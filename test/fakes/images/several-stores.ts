import { FIRST_STORE } from "../../../shared/images/domain/location.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import type { StoreSetting } from "../../../shared/settings/stores/store-setting.ts";
import type { Settings } from "../../../shared/settings.ts";
import { memoryBlobStore } from "./memory-blob-store.ts";
import { memoryService } from "./service.ts";

/** `fast` is the default and the heaviest, `old` takes nothing new. */
const enabled_backends: readonly StoreSetting[] = [
  { id: "fast", type: "s3", weight: 10 },
  { id: "cheap", type: "s3", description: "For what is read seldom" },
  { id: "old", type: "s3", bucket: "bucket-of-before", readOnly: true },
];

/** The domain on memory ports with several stores, each with bytes of its own; the first bucket is there as ever. */
export function serviceWithStores(overrides: Partial<Settings> = {}) {
  const service = memoryService({ enabled_backends, default_backend: "fast", ...overrides });
  const places = new Map(
    ["fast", "cheap", "old"].map((id): [string, ReturnType<typeof memoryBlobStore>] => [
      id,
      memoryBlobStore(),
    ]),
  );
  places.set(FIRST_STORE, service.bytes);
  const by = <Port>(port: (bytes: ReturnType<typeof memoryBlobStore>) => Port) =>
    storesByName(new Map([...places].map(([id, bytes]) => [id, port(bytes)])));
  const more = { stores: by(({ store }) => store), deletedBlobs: by(({ deletedBlobs }) => deletedBlobs) };
  const bytesOf = (id: string) => {
    const bytes = places.get(id);
    if (!bytes) throw new Error(`no store ${id}`);
    return bytes;
  };
  return { ...service, ports: { ...service.ports, ...more }, bytesOf };
}
