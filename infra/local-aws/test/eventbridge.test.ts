import { appendFile, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEventFile } from "../emulators/eventbridge/event-file.ts";
import { eventbridgeUnderTest } from "./eventbridge-under-test.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const entry = {
  EventBusName: "own",
  Source: "image.localhost",
  DetailType: "image.create",
  Detail: '{"message_id":"m"}',
  Time: 1_767_225_600,
};

describe("PutEvents", () => {
  it("gives rules' targets the documented event", async () => {
    const { call, events } = await eventbridgeUnderTest();
    const { status, answer } = await call("PutEvents", { Entries: [entry] });
    const [{ EventId = "" } = {}] = answer.Entries as { EventId?: string }[];
    expect({ status, count: answer.FailedEntryCount }).toEqual({ status: 200, count: 0 });
    expect(await events()).toEqual([
      {
        version: "0",
        id: EventId,
        "detail-type": "image.create",
        source: "image.localhost",
        account: "000000000000",
        time: "2026-01-01T00:00:00Z",
        region: "us-east-1",
        resources: [],
        detail: { message_id: "m" },
      },
    ]);
  });

  it("refuses bad entries one by one", async () => {
    const { call, events } = await eventbridgeUnderTest();
    const bad = [
      { ...entry, Source: "" },
      { ...entry, Source: "AWS.s3" },
      { ...entry, Detail: "no json" },
      { ...entry, Detail: "[]" },
      { ...entry, Time: "now" },
    ];
    const { answer } = await call("PutEvents", { Entries: [...bad, entry] });
    const codes = (answer.Entries as { ErrorCode?: string }[]).map(({ ErrorCode }) => ErrorCode);
    expect(codes).toEqual([
      "InvalidArgument",
      "NotAuthorizedForSource",
      "MalformedDetail",
      "MalformedDetail",
      "InvalidArgument",
      undefined,
    ]);
    expect(answer.FailedEntryCount).toBe(5);
    expect(await events()).toHaveLength(1);
  });

  it.each([
    ["no entries", { Entries: [] }, "ValidationException"],
    ["eleven entries", { Entries: Array(11).fill(entry) }, "ValidationException"],
    [
      "256 KB",
      { Entries: Array(2).fill({ ...entry, Detail: JSON.stringify("x".repeat(131_072)) }) },
      "ValidationException",
    ],
    ["what it does not emulate", { Entries: [{ ...entry, TraceHeader: "x" }] }, "ValidationException"],
    ["another's bus", { Entries: [entry, { ...entry, EventBusName: "other" }] }, "AccessDeniedException"],
    [
      "the account's default bus",
      { Entries: [{ ...entry, EventBusName: undefined }] },
      "ResourceNotFoundException",
    ],
  ])("refuses %s as a whole", async (_, input, code) => {
    const { call, events } = await eventbridgeUnderTest();
    expect(await call("PutEvents", input)).toMatchObject({ status: 400, failure: code });
    expect(await events()).toEqual([]);
  });

  it("is the only operation", async () => {
    const { call } = await eventbridgeUnderTest();
    expect(await call("PutRule", {})).toMatchObject({ status: 400, failure: "UnknownOperationException" });
  });
});

describe("the file of events", () => {
  it("is for its owner only, and bounded: the one before is kept", async () => {
    const path = join(await temporaryFolder(), "events.jsonl");
    const file = await openEventFile(path, 100);
    for (let n = 0; n < 30; n++) await file.append([`{"number":${n + 100}}`]);
    await file.close();
    const lines = `${await readFile(`${path}.1`, "utf8")}${await readFile(path, "utf8")}`.trim().split("\n");
    expect(lines.at(-1)).toBe('{"number":129}');
    expect(lines.length).toBeLessThan(20);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("loses half a line that a killed process left, and goes on after the whole ones", async () => {
    const path = join(await temporaryFolder(), "events.jsonl");
    const first = await openEventFile(path);
    await first.append(['{"number":1}', '{"number":2}']);
    await first.close();
    await appendFile(path, '{"numb');
    const second = await openEventFile(path);
    await Promise.all([second.append(['{"number":3}']), second.append(['{"number":4}'])]);
    await second.close();
    expect(await readFile(path, "utf8")).toBe('{"number":1}\n{"number":2}\n{"number":3}\n{"number":4}\n');
  });
});
