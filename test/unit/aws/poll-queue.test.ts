import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, it, vi } from "vitest";
import { pollQueue } from "../../../shared/aws/poll-queue.ts";

/** As the converter's queue has it, and as long as it holds a task (hold-import.ts). */
const [VISIBILITY_SECONDS, HOLD_SECONDS] = [360, 300];

afterEach(() => vi.useRealTimers());

/** A queue with one message; `asked`: the names of what it was asked, in their order. */
async function oneMessage() {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    await text(request);
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const isFirst = action === "ReceiveMessage" && !asked.includes(action);
    asked.push(action);
    response.setHeader("content-type", "application/x-amz-json-1.0");
    const message = { Body: "{}", ReceiptHandle: "handle", MessageId: "1" };
    response.end(JSON.stringify(isFirst ? { Messages: [message] } : {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new SQSClient({ endpoint: url, region: "eu-central-1", credentials, md5: false });
  const close = () => {
    client.destroy();
    server.close();
  };
  return { asked, url, client, close };
}

it("a message of whoever is killed comes when it holds its task no longer, and not before", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const { asked, url, client, close } = await oneMessage();
  const stopping = new AbortController();
  await pollQueue({
    ...{ client, url, visibilitySeconds: VISIBILITY_SECONDS, stopping: stopping.signal },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    retrySeconds: () => 1,
    handle: async () => {
      stopping.abort();
      // A kill after that finds it hidden for longer than the hold.
      vi.advanceTimersByTime((VISIBILITY_SECONDS - HOLD_SECONDS) * 1000);
      await vi.waitFor(() => expect(asked).toContain("ChangeMessageVisibility"));
      return undefined;
    },
  });
  expect(asked).toEqual(["ReceiveMessage", "ChangeMessageVisibility", "DeleteMessage"]);
  close();
});
