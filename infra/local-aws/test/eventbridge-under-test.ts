import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../clock.ts";
import { openEventbridge } from "../emulators/eventbridge/open-eventbridge.ts";
import { createDispatch } from "../emulators/json-endpoint/dispatch.ts";
import { startJsonEndpoint } from "../emulators/json-endpoint.ts";
import { createFaults, noFaults } from "../faults.ts";
import { createJudge } from "../iam/judge.ts";
import type { Principal } from "../iam/principal.ts";
import { signedCall } from "./signed-call.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const arn = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`;
export const buses = ["own", "other"].map((name) => ({ name, arn: arn(name) }));
const principal: Principal = {
  name: "workers-notify",
  arn: "arn:aws:iam::000000000000:role/notify",
  accessKeyId: "ASIANOTIFY",
  secretAccessKey: "key",
  sessionToken: "session",
  statements: [{ Effect: "Allow", Action: ["events:PutEvents"], Resource: arn("own") }],
};

/** The EventBridge emulator, behind signatures and IAM as in the runtime. */
export async function eventbridgeUnderTest({ rate = 0 } = {}) {
  const file = join(await temporaryFolder(), "events", "events.jsonl");
  const faults = { seed: 3, rate };
  const service = await openEventbridge({ file, buses, faults, clock: systemClock });
  const judge = createJudge([principal], new Map());
  const dispatch = createDispatch({
    judge,
    faultsOf: () => createFaults("none", noFaults),
    onCall: () => {},
  });
  const endpoint = await startJsonEndpoint(0, { region: "us-east-1", clock: systemClock, onError: () => {} });
  endpoint.serve({ services: [service], judge, dispatch });
  onTestFinished(async () => {
    await endpoint.close();
    await service.close();
  });
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: "session",
    AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${endpoint.port}`,
  };
  return {
    /** What Lambda gives a function of this principal. */
    environment,
    endpoint,
    events: async () =>
      (await readFile(file, "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    call: (operation: string, input: unknown) =>
      signedCall(environment.AWS_ENDPOINT_URL_EVENTBRIDGE, {
        principal,
        service: "events",
        target: `AWSEvents.${operation}`,
        input,
      }),
  };
}
