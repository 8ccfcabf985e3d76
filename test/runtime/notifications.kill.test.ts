import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createMachine } from "../client/imagectl-process.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";

interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: {
    readonly message_id: string;
    readonly publisher_id: string;
    readonly event_type: string;
    readonly priority: string;
    readonly timestamp: string;
    readonly payload: Record<string, unknown> | string;
  };
}

let runtime: LocalRuntime | undefined;
const started = async (...options: Parameters<typeof startRuntime>) => {
  runtime = await startRuntime(...options);
  return runtime;
};
afterEach(async () => {
  if (runtime?.process.exitCode === null && runtime.process.signalCode === null) await runtime.stop();
  runtime?.remove();
  runtime = undefined;
});

function eventsOf(home: string): BusEvent[] {
  const file = join(home, "events", "events.jsonl");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as BusEvent);
}

/** Waits until the events of this image have these types at least; returns the first copy of each. */
async function untilTold(home: string, id: string, types: readonly string[], milliseconds = 20_000) {
  const firsts = () => {
    const mine = eventsOf(home).filter(({ detail }) => JSON.stringify(detail.payload).includes(id));
    return [
      ...new Map(mine.toReversed().map((event) => [event.detail.message_id, event])).values(),
    ].reverse();
  };
  const has = () => firsts().map((event) => event["detail-type"]);
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(100)) {
    if (types.every((type) => has().includes(type))) return firsts();
  }
  throw new Error(`waited for ${types} of ${id}, there are ${has()}`);
}

/** Who asked EventBridge to take events, and what it answered. */
const putEventsOf = (home: string): { principal: string; status: number }[] =>
  readFileSync(join(home, "log", "aws-calls.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { principal: string; service: string; status: number })
    .filter(({ service }) => service === "events")
    .map(({ principal, status }) => ({ principal, status }));

const patch = (client: ImageClient, id: string, value: string) =>
  client.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify([{ op: "replace", path: "/name", value }]),
  });

const whole =
  "create update prepare upload activate send member.create member.update member.delete delete".split(" ");

describe("notifications", () => {
  it("arrive within seconds with Glance's keys, each kind that the API can raise", async () => {
    const { home, url, gatewayUrl } = await started({
      environment: { GLANCE_DEFAULT_PUBLISHER_ID: "image.test" },
    });
    const demo = await logIn(url, "demo");
    const alt = await logIn(url, "alt");
    const id = await demo.create({ name: "one", os_distro: "debian", tags: ["t"] });
    const since = Date.now();
    await untilTold(home, id, ["image.create"]);
    console.log(`the first event came after ${Date.now() - since} ms`);
    expect(Date.now() - since).toBeLessThan(8000);

    await patch(demo, id, "two");
    await demo.upload(id, randomBytes(1000));
    await demo.download(id);
    const members = `/v2/images/${id}/members`;
    const project = String((await alt.show(await alt.create())).owner);
    const body = JSON.stringify({ member: project });
    expect((await demo.fetch(members, { method: "POST", body })).status).toBe(200);
    const accepted = { method: "PUT", body: JSON.stringify({ status: "accepted" }) };
    expect((await alt.fetch(`${members}/${project}`, accepted)).status).toBe(200);
    expect((await demo.fetch(`${members}/${project}`, { method: "DELETE" })).status).toBe(204);
    await demo.fetch(`/v2/images/${id}`, { method: "DELETE" });

    const types = whole.map((kind) => `image.${kind}`);
    const events = await untilTold(home, id, types);
    for (const { source, detail, ...event } of events) {
      expect(Object.keys(detail)).toEqual([
        "message_id",
        "publisher_id",
        "event_type",
        "priority",
        "timestamp",
        "payload",
      ]);
      expect([source, detail.publisher_id, detail.priority]).toEqual(["image.test", "image.test", "INFO"]);
      expect(event["detail-type"]).toBe(detail.event_type);
      expect(detail.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    }
    const payloadOf = (type: string) => events.find((event) => event["detail-type"] === type)?.detail.payload;
    expect(payloadOf("image.create")).toMatchObject({
      name: "one",
      properties: { os_distro: "debian" },
      tags: ["t"],
    });
    expect(payloadOf("image.upload")).toMatchObject({ size: 1000, os_glance_failed_import: [] });
    expect(payloadOf("image.send")).toMatchObject({
      bytes_sent: 1000,
      receiver_tenant_id: expect.any(String),
    });
    expect(payloadOf("image.member.update")).toMatchObject({ status: "accepted", member_id: project });
    expect(payloadOf("image.delete")).toMatchObject({ deleted: true });
    const order = events.map(({ detail }) => detail.timestamp);
    expect(order).toEqual([...order].sort());

    // Refused data, through the bare gateway, where a small body goes inline.
    const bare = await logIn(gatewayUrl, "demo");
    const refused = await bare.create({ disk_format: "qcow2" });
    expect((await bare.upload(refused, randomBytes(1000))).status).toBe(415);
    const [failure] = (await untilTold(home, refused, ["image.upload"])).slice(-1);
    expect(failure?.detail).toMatchObject({ priority: "ERROR", payload: expect.stringContaining(refused) });
    expect(await runJob(home, "outbox")).toMatchObject({ failed: 0 });
  });

  it("none is lost and none waits for ever where EventBridge and the queue have bad days", async () => {
    const { home, url } = await started({ environment: { GLANCE_FAULTS: "5:0.25" } });
    const demo = await logIn(url, "demo");
    const ids = await Promise.all(Array.from({ length: 40 }, () => demo.create()));
    await sleep(5500);
    // Two at once do no harm.
    const run = () => runJob(home, "outbox").catch(() => ({ oldest: "unknown" }));
    for (let tries = 0; tries < 20; tries++) {
      const results = await Promise.all([run(), run()]);
      if (results.every(({ oldest }) => oldest === undefined)) break;
    }
    const events = eventsOf(home).filter((event) => event["detail-type"] === "image.create");
    const told = new Map(
      events.map(({ detail }) => [detail.message_id, (detail.payload as { id: string }).id]),
    );
    expect([...told.values()].sort()).toEqual([...ids].sort());
    // There were bad days.
    expect(putEventsOf(home).filter(({ status }) => status !== 200).length).toBeGreaterThan(0);
  }, 120_000);

  /** An image whose notification meets a kill there; what the bus has of it before and after the next start. */
  const killedAt = async (point: string) => {
    const first = await started({ environment: { GLANCE_CRASH_AT: point } });
    const { home, port } = first;
    await (await logIn(first.url, "demo")).create().catch(() => undefined);
    for (let tries = 0; first.process.exitCode === null && tries < 100; tries++) await sleep(100);
    const before = eventsOf(home);
    await started({ home, port });
    // Older than what the job leaves to the hints.
    await sleep(6000);
    await runJob(home, "outbox");
    const after = eventsOf(home);
    expect(await runJob(home, "outbox")).toEqual({ examined: 0, acted: 0, failed: 0 });
    return { home, before, after };
  };

  it("a kill between publishing and forgetting makes a copy with the same id", async () => {
    const { before, after } = await killedAt("events:PutEvents:after");
    expect(before).toHaveLength(1);
    expect(after.length).toBeGreaterThan(1);
    for (const { detail } of after) expect(detail).toEqual(before[0]?.detail);
    expect(after[1]?.id).not.toBe(before[0]?.id);
  }, 120_000);

  it("a kill before the hint leaves the notification to the job", async () => {
    const { home, before, after } = await killedAt("sqs:SendMessage:before");
    expect(before).toEqual([]);
    expect(after.map((event) => event["detail-type"])).toEqual(["image.create"]);
    expect(putEventsOf(home)).toEqual([{ principal: "upkeep-outbox", status: 200 }]);
  }, 120_000);

  it("imagectl follows them through a restart, and ends with Ctrl-C", async () => {
    const { home, port, url, stop } = await started();
    const machine = createMachine({ GLANCE_HOME: home });
    const one = await (await logIn(url, "demo")).create();
    await untilTold(home, one, ["image.create"]);
    const now = await machine.run("events");
    expect(now.code).toBe(0);
    expect(
      now.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).detail.payload.id),
    ).toEqual([one]);
    expect(await machine.json("events")).toHaveLength(1);

    const follower = machine.start("events", "--follow");
    let printed = "";
    follower.process.stdout?.on("data", (text: string) => {
      printed += text;
    });
    for (let tries = 0; !printed.includes(one) && tries < 100; tries++) await sleep(100);
    await stop();
    const again = await started({ home, port });
    const two = await (await logIn(again.url, "demo")).create();
    for (let tries = 0; !printed.includes(two) && tries < 150; tries++) await sleep(100);
    follower.process.kill("SIGINT");
    const { code, stderr } = await follower.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const ids = printed
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).detail.payload.id);
    expect([...new Set(ids)]).toEqual([one, two]);

    await again.stop();
    const without = await machine.run("events");
    expect([without.code, without.stderr]).toEqual([
      2,
      expect.stringMatching(/no local runtime runs on .*npm start/),
    ]);
    machine.remove();
  }, 120_000);
});
