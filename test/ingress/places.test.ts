import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { RunningUploads } from "../../client/ingress/running-uploads.ts";
import { eventually, put, putHead, type RawConnection, raw } from "./client.ts";
import type { FakeService } from "./fake-service.ts";
import { startRig } from "./rig.ts";

const chunked = "Transfer-Encoding: chunked";
const length = "Content-Length: 1000";

function begin(
  url: string,
  service: FakeService,
  token: string,
  framing: string,
  data: string,
): RawConnection {
  const head = putHead(service.addImage(), framing).map((line) => line.replace("user-token", token));
  const client = raw(url, ...head);
  client.socket.write(data);
  return client;
}
const end = (clients: readonly RawConnection[]) => {
  for (const { socket } of clients) socket.destroy();
};

test("idle PUTs without a valid login take no place", async () => {
  const { service, url } = await startRig({ limits: { firstByteMs: 5000 } });
  const idle = Array.from({ length: 40 }, (_, n) => [
    begin(url, service, "no-token", n % 2 === 0 ? chunked : length, ""),
    begin(url, service, "no-token", n % 2 === 0 ? chunked : length, n % 2 === 0 ? "1\r\nx\r\n" : "x"),
  ]).flat();
  await eventually(() => service.apiCalls.length >= 60);
  expect((await put(url, service.addImage(), randomBytes(10))).status).toBe(204);
  end(idle);
});

test("one project's uploads leave places for the others', and what is refused stays queued", async () => {
  const { service, url } = await startRig({ limits: { maxUploads: 16 } });
  const greedy = Array.from({ length: 20 }, () => begin(url, service, "token-of-greedy", length, "x"));
  const answers = greedy.map(({ until }) => until("</html>"));
  await eventually(() => service.transfers.size === 20);
  const statuses = () => [...service.images.values()].map(({ status }) => status);
  await eventually(() => statuses().filter((status) => status === "queued").length === 8);
  const other = service.addImage();
  expect((await put(url, other, randomBytes(10))).status).toBe(204);
  end(greedy);
  const refused = (await Promise.all(answers)).filter((text) => text.startsWith("HTTP/1.1 429 "));
  expect(refused).toHaveLength(8);
  for (const text of refused) expect(text).toContain("for other projects");
});

test("an upload with a login that sends nothing gives its place back within the patience", async () => {
  const { service, url } = await startRig({ limits: { maxUploads: 1, firstByteMs: 100, drainMs: 50 } });
  for (const framing of [length, chunked]) {
    const idle = begin(url, service, "user-token", framing, "");
    expect(await idle.until("</html>")).toMatch(/^HTTP\/1.1 408 [\s\S]*no byte of the body for 0.1 s/);
    idle.socket.destroy();
  }
  await eventually(() => [...service.images.values()].every(({ status }) => status === "queued"));
  const id = service.addImage();
  async function* late() {
    yield Buffer.from("a");
    await new Promise((resolve) => setTimeout(resolve, 200));
    yield Buffer.from("b");
  }
  // The patience is for the first byte alone.
  expect((await put(url, id, late())).status).toBe(204);
});

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 3],
  [16, 12],
  [1000, 750],
])("of %i places a project alone gets %i, and one more is for another", (max, own) => {
  const running = new RunningUploads(max);
  const leave = Array.from({ length: own }, () => running.takePlace("one"));
  expect(() => running.takePlace("one")).toThrow(max === 1 ? "already" : "your project");
  if (max > 1) running.takePlace("two")();
  leave[0]?.();
  leave[0]?.();
  running.takePlace("one");
  expect(() => running.takePlace("one")).toThrow();
});

test("it takes three projects that take all they can get to fill the places", () => {
  const running = new RunningUploads(16);
  let projects = 0;
  for (; ; projects++) {
    const name = `p${projects}`;
    try {
      running.takePlace(name);
    } catch {
      break;
    }
    for (;;) {
      try {
        running.takePlace(name);
      } catch {
        break;
      }
    }
  }
  expect(projects).toBe(3);
});
