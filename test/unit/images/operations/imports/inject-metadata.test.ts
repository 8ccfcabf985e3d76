import { expect, it } from "vitest";
import { injectMetadata } from "../../../../../shared/images/operations/imports/plugins/inject-metadata.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { demo } from "../../../../fakes/images/service.ts";

const data = Buffer.from("what was staged");
const inject = { os_distro: "debian", note: "by the operator" };

function injecting(ignore_user_roles: readonly string[] = ["admin"], quota = 128) {
  const named = {
    image_import_plugins: ["inject_image_metadata"],
    image_property_quota: quota,
  } as unknown as Partial<Settings>;
  const service = importingService(named);
  const plugin = injectMetadata({ inject, ignore_user_roles });
  service.plugins.set(plugin.name, plugin);
  return service;
}

it("gives the image the properties, over those of the same names and beside the others", async () => {
  const service = injecting();
  const { id } = await service.staged(data, { properties: { os_distro: "arch", mine: "yes" } });
  expect(await service.attend(await service.begin(id))).toBe("imported");
  expect(service.imageOf(id).properties).toMatchObject({ ...inject, mine: "yes" });
});

it("an image has no more properties than the quota allows, but keeps as many as it has", async () => {
  const properties = { mine: "yes", yours: "no" };
  const over = injecting([], 3);
  const { id } = await over.staged(data, { properties });
  const taskId = await over.begin(id);
  expect(await over.attend(taskId)).toBe("failed");
  expect(over.taskOf(taskId).message).toContain("image properties. Attempted: 4, Maximum: 3");
  expect(over.imageOf(id).properties).toMatchObject(properties);
  expect(over.imageOf(id).properties).not.toHaveProperty("note");
  const replacing = injecting([], 2);
  const other = await replacing.staged(data, { properties: { os_distro: "arch", note: "mine" } });
  expect(await replacing.attend(await replacing.begin(other.id))).toBe("imported");
  expect(replacing.imageOf(other.id).properties).toMatchObject(inject);
});

it("leaves out users who have one of the roles, in whatever case", async () => {
  const service = injecting(["Keeper", "admin"]);
  const { id } = await service.staged(data);
  const taskId = await service.begin(id, { caller: { ...demo, roles: [...demo.roles, "keeper"] } });
  expect(await service.attend(taskId)).toBe("imported");
  expect(service.imageOf(id).properties).not.toHaveProperty("note");
});

it("keeps what somebody has changed of the image meanwhile", async () => {
  const service = injecting();
  const { id } = await service.staged(data);
  const taskId = await service.begin(id);
  const plugin = service.plugins.get("inject_image_metadata");
  if (!plugin) throw new Error("no plugin");
  service.plugins.set(plugin.name, {
    ...plugin,
    run: async (run) => {
      const result = await plugin.run(run);
      const image = service.imageOf(id);
      service.metadata.images.set(id, {
        ...image,
        revision: image.revision + 1,
        properties: { ...image.properties, mine: "later" },
      });
      return result;
    },
  });
  expect(await service.attend(taskId)).toBe("imported");
  expect(service.imageOf(id).properties).toMatchObject({ ...inject, mine: "later" });
});

it("an import that fails gives the properties back", async () => {
  const service = injecting();
  const properties = { os_distro: "arch", mine: "yes" };
  const { id } = await service.staged(data, { disk_format: "qcow2", properties });
  expect(await service.attend(await service.begin(id))).toBe("failed");
  const after = service.imageOf(id);
  expect(after).toMatchObject({ status: "queued", properties });
  expect(after.properties).not.toHaveProperty("note");
});
