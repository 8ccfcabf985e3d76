import { describe, expect, test } from "vitest";
import { retryDelaySeconds } from "../../../functions/workers/retry-delay.ts";
import { api, functionOf, ofType, resources, upkeep } from "./synthesised.ts";

export function queues(): void {
  describe("queues", () => {
    test("every one is encrypted and refuses plain HTTP", () => {
      const queues = ofType("AWS::SQS::Queue");
      expect(queues).toHaveLength(21);
      for (const [id, { Properties }] of queues) {
        expect(Properties, id).toMatchObject({ SqsManagedSseEnabled: true });
      }
      for (const [template, count] of [
        [api, 20],
        [upkeep, 1],
      ] as const) {
        const policies = template.findResources("AWS::SQS::QueuePolicy", {
          Properties: { PolicyDocument: { Statement: [{ Effect: "Deny" }] } },
        });
        expect(Object.keys(policies)).toHaveLength(count);
      }
    });

    test.each([
      ["workers/finalize", 1],
      ["workers/delete", 10],
      ["workers/copy", 1],
      ["workers/import", 1],
      ["workers/fetch", 1],
      ["workers/notify", 100],
      ["workers/sources", 1],
      ["workers/cache", 1],
    ] as const)("%s gets %i at once and may work on it longer than its own timeout", (name, batch) => {
      const { id, properties } = functionOf(name);
      api.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
        FunctionName: { Ref: id },
        BatchSize: batch,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
      const [mapping] = Object.values(
        api.findResources("AWS::Lambda::EventSourceMapping", { Properties: { FunctionName: { Ref: id } } }),
      );
      const queue = resources(api)[mapping?.Properties.EventSourceArn["Fn::GetAtt"][0]]?.Properties;
      expect(queue).toMatchObject({ RedrivePolicy: { maxReceiveCount: expect.any(Number) } });
      expect(Number(queue?.VisibilityTimeout)).toBeGreaterThan(properties.Timeout);
    });
  });

  test("a failure of a quarter of an hour passes before a message becomes a dead letter, and none goes on for a day", () => {
    for (const queue of ["FinalizeQueue", "DeleteQueue"]) {
      const [found] = Object.values(api.findResources("AWS::SQS::Queue")).filter(({ Properties }) =>
        JSON.stringify(Properties.RedrivePolicy ?? "").includes(`${queue}DeadLetters`),
      );
      const tries = Number(found?.Properties.RedrivePolicy.maxReceiveCount);
      const pauses = (random: number) =>
        Array.from({ length: tries - 1 }, (_, at) => retryDelaySeconds(at + 1, () => random)).reduce(
          (sum, seconds) => sum + seconds,
          0,
        );
      expect(pauses(1), queue).toBeGreaterThan(15 * 60);
      expect(pauses(0), queue).toBeLessThan(86_400);
    }
  });
}
