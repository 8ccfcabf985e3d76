import { expect, it } from "vitest";
import type { Stack, Template } from "../template/assembly.ts";
import { resolveResources } from "../template/resources.ts";

const stack = (name: string, template: Template): Stack => ({ name, template, assets: new Map() });
const state = stack("state", {
  Resources: { Images: { Type: "AWS::S3::Bucket" } },
  Outputs: { Out: { Value: { "Fn::GetAtt": ["Images", "Arn"] } } },
});
/** With a queue that has an output of the state's for a tag. */
const asking = (OutputName: string, more = {}): Stack =>
  stack("app", {
    Resources: {
      Queue: {
        Type: "AWS::SQS::Queue",
        Properties: { Tag: { "Fn::GetStackOutput": { StackName: "state", OutputName, ...more } } },
      },
    },
  });
const resolve = (...stacks: Stack[]) => resolveResources(stacks, "http://127.0.0.1:4000");

it("an output of one stack is resolved in another, in whichever order they come", () => {
  for (const stacks of [
    [asking("Out"), state],
    [state, asking("Out", { Region: { Ref: "AWS::Region" } })],
  ]) {
    const queue = resolve(...stacks).find(({ logicalId }) => logicalId === "Queue");
    expect(queue?.properties).toEqual({ Tag: "arn:aws:s3:::state-images" });
  }
});

it.each([
  [[asking("No"), state], "stack app asks for the output No, which state lacks"],
  [[asking("Out")], "stack app asks for the output Out, which state lacks"],
  [[asking("Out", { Region: "eu-north-1" }), state], "one account and region only"],
  [[asking("Out", { RoleArn: "arn:role" }), state], "one account and region only"],
])("what cannot be resolved fails by name (%#)", (stacks, message) => {
  expect(() => resolve(...stacks)).toThrow(message);
});
