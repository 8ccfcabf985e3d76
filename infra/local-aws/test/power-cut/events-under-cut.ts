import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openEventbridge } from "../../emulators/eventbridge/open-eventbridge.ts";
import { noFaults } from "../../faults.ts";
import type { ServiceUnderCut } from "./service-under-cut.ts";

const bus = { name: "own", arn: "arn:aws:events:us-east-1:000000000000:event-bus/own" };
const fileIn = (directory: string) => join(directory, "events", "events.jsonl");
const open = (directory: string) =>
  openEventbridge({ file: fileIn(directory), buses: [bus], faults: noFaults, clock: Date.now });

const entry = (name: string, length: number) => ({
  EventBusName: "own",
  Source: "app",
  DetailType: "thing.made",
  Detail: JSON.stringify({ name, more: "x".repeat(length) }),
});

/** Subjects, each with the length of its event. */
const events = new Map([
  ["short", 10],
  ["long", 20_000],
  ["last", 5_000],
]);

/** Events: one that was accepted is a line of the file, and no line is half of one. */
export const eventsUnderCut: ServiceUnderCut = {
  work: async (directory, timeline) => {
    const service = await open(directory);
    for (const name of events.keys()) timeline.begin(name, ["0"]);
    const put = (name: string) =>
      service.handle("PutEvents", { Entries: [entry(name, events.get(name) ?? 0)] });
    await timeline.act(
      "short",
      () => put("short"),
      () => ["1"],
    );
    await Promise.all(
      ["long", "last"].map((name) =>
        timeline.act(
          name,
          () => put(name),
          () => ["1"],
        ),
      ),
    );
    await service.close();
  },
  open: async (directory) => {
    const service = await open(directory);
    return {
      look: async () => {
        const lines = (await readFile(fileIn(directory), "utf8")).split("\n");
        if (lines.pop() !== "") throw new Error("the file of events ends in the middle of a line");
        const names = lines.map((line) => (JSON.parse(line) as { detail: { name: string } }).detail.name);
        return new Map(
          [...events.keys()].map((name) => [name, String(names.filter((one) => one === name).length)]),
        );
      },
      use: async () => {
        await service.handle("PutEvents", { Entries: [entry("after", 1)] });
      },
      close: () => service.close(),
    };
  },
};
