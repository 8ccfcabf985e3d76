import { expect, it } from "vitest";
import { CannotCompare } from "../../client/imports/compare-checksum.ts";
import { requireCompared } from "../../client/imports/require-compared.ts";
import type { Image, ImageService } from "../../client/openstack/image-service.ts";

const md5 = "a".repeat(32);
const sha256 = "a".repeat(64);
const sha512 = "a".repeat(128);
const algorithm = { algorithm: "sha512", value: sha512 };
const image = (more: Partial<Image>): Image => ({
  ...{ id: "1", name: null, status: "active", size: 1, checksum: null, visibility: "private" },
  ...{ os_hash_algo: null, os_hash_value: null, disk_format: "raw", ...more },
});
const task = (method: object, status = "success") => ({ status, input: { import_req: { method } } });

/** What a service knows of image 1: a Glance has no integrity record. */
const service = (integrity: object | undefined, tasks: readonly object[]) =>
  ({
    audit: { integrity: async () => integrity },
    imports: { ofImage: async () => tasks },
  }) as unknown as ImageService;
const fetched = task({ name: "web-download", uri: "u", checksum: `sha512:${sha512}` });

it.each<[string, ImageService, Partial<Image>, boolean]>([
  ["the record has it", service(undefined, []), { os_hash_algo: "sha512", os_hash_value: sha512 }, false],
  ["this service compared it", service({}, [fetched]), {}, false],
  ["copies compare nothing", service({}, [fetched, task({ name: "copy-image" })]), {}, false],
  ["the tasks are forgotten, and it was said before", service({}, []), {}, true],
])("published data is taken: %s", async (_, images, record, isKnown) => {
  await expect(requireCompared(images, image(record), algorithm, isKnown)).resolves.toBeUndefined();
});

it.each<[string, ImageService, Partial<Image>, boolean]>([
  [
    "a Glance with another hashing_algorithm",
    service(undefined, [fetched]),
    { os_hash_algo: "sha256" },
    true,
  ],
  ["nobody said it, and no task is left", service({}, []), {}, false],
  ["an import without it", service({}, [task({ name: "web-download", uri: "u" })]), {}, true],
  ["an import with another one", service({}, [task({ name: "web-download", checksum: md5 })]), {}, true],
  ["an import that failed", service({}, [{ ...fetched, status: "failure" }]), {}, false],
])("nobody can tell: %s", async (_, images, record, isKnown) => {
  const found = requireCompared(images, image({ os_hash_value: sha256, ...record }), algorithm, isKnown);
  await expect(found).rejects.toMatchObject({ cause: expect.any(CannotCompare) });
});
