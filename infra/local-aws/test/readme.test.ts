import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { schemas } from "../emulators/dynamodb/schemas.ts";
import { s3Operations } from "../emulators/s3/operations.ts";
import { sqsOperations } from "../emulators/sqs/operations.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "..");
const readme = await readFile(join(root, "README.md"), "utf8");

const trust = (Service: string) => ({
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } }],
});

/** A cloud assembly as `cdk synth` writes it, of one function, its role and a queue. */
async function assembly(folder: string, source: string): Promise<string> {
  const files: Readonly<Record<string, unknown>> = {
    "manifest.json": {
      artifacts: {
        "app.assets": { type: "cdk:asset-manifest", properties: { file: "assets.json" } },
        app: { type: "aws:cloudformation:stack", properties: { templateFile: "template.json" } },
      },
    },
    "assets.json": {
      files: { code: { source: { path: "code" }, destinations: { here: { objectKey: "code.zip" } } } },
    },
    "template.json": {
      Resources: {
        Queue: { Type: "AWS::SQS::Queue" },
        Role: {
          Type: "AWS::IAM::Role",
          Properties: { AssumeRolePolicyDocument: trust("lambda.amazonaws.com") },
        },
        Greet: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            Code: { S3Bucket: "assets", S3Key: "code.zip" },
            Role: { "Fn::GetAtt": ["Role", "Arn"] },
            Environment: { Variables: { QUEUE: { Ref: "Queue" } } },
          },
        },
      },
    },
  };
  await mkdir(join(folder, "code"), { recursive: true });
  await writeFile(join(folder, "code/index.mjs"), source);
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content));
  return folder;
}

it("the example calls a function of a synthesised app", async () => {
  const folder = await temporaryFolder();
  const source = "export const handler = async ({ name }) => ({ hello: name, queue: process.env.QUEUE });";
  const parameters = [
    await assembly(join(folder, "cdk.out"), source),
    join(folder, "state"),
    '{"name":"you"}',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "example.ts"), ...parameters]);
  const outcome = JSON.parse(stdout) as { ok: boolean; payload: string };
  expect(JSON.parse(outcome.payload)).toEqual({
    hello: "you",
    queue: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/app-Queue$/),
  });
});

it("the readme names every operation that there is", () => {
  const offered = [
    ...Object.keys(sqsOperations),
    ...Object.keys(schemas),
    ...s3Operations.map(({ name }) => name),
  ];
  expect(offered.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

it("the readme names every resource type that is run, and no other", async () => {
  const source = await readFile(join(root, "template/identity.ts"), "utf8");
  const typesIn = (text: string) => new Set(text.match(/AWS::\w+::\w+/g));
  const run = typesIn(source);
  // Left out like those of functions: logs are files.
  run.delete("AWS::Logs::LogGroup");
  expect(typesIn(readme)).toEqual(run);
});
