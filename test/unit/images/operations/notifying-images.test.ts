import { expect, it } from "vitest";
import type { Notification } from "../../../../shared/notifications/domain/notification.ts";
import { importingService } from "../../../fakes/images/importing-service.ts";

it("an import is told of as a task, beside what is told of its image", async () => {
  const told: Notification[] = [];
  const service = importingService();
  const { add } = service.metadata.outbox;
  service.metadata.outbox.add = async (subject, events) => {
    told.push(...events);
    await add(subject, events);
  };
  const { id } = await service.staged(Buffer.from("bytes"));
  told.length = 0;
  const task = await service.begin(id);
  expect(await service.attend(task)).toBe("imported");
  const types = told.map(({ event_type }) => event_type);
  expect(types.filter((type) => type.startsWith("task."))).toEqual([
    ...["task.create", "task.processing", "task.success", "task.run"],
  ]);
  expect(types).toEqual(expect.arrayContaining(["image.prepare", "image.upload", "image.activate"]));
});
