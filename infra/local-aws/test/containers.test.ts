import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startContainers } from "../containers/start-containers.ts";
import { containerOf } from "../template/containers.ts";
import type { Resource } from "../template/resources.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const declared = (directory: string, changes: object = {}): Resource => ({
  ...{ stack: "app", logicalId: "Task", type: "AWS::ECS::TaskDefinition", id: "Task", arn: "arn:task" },
  properties: {
    TaskRoleArn: "arn:role",
    ContainerDefinitions: [
      {
        ...{ Name: "miller", Image: "1.dkr.ecr.local/assets:abc", Command: ["node", "mill.mjs"] },
        Environment: [
          { Name: "SCRATCH", Value: "/scratch" },
          { Name: "COUNT", Value: 3 },
        ],
        MountPoints: [{ SourceVolume: "grain", ContainerPath: "/scratch" }],
        ...changes,
      },
    ],
  },
  assets: new Map([["abc", directory]]),
});

it("reads one container of Node, and refuses what it cannot run by its name", () => {
  expect(containerOf(declared("/asset"))).toEqual({
    ...{ name: "miller", roleArn: "arn:role", directory: "/asset", command: ["node", "mill.mjs"] },
    environment: { SCRATCH: "/scratch", COUNT: "3" },
    volumes: [{ volume: "grain", path: "/scratch" }],
  });
  expect(() => containerOf(declared("/asset", { Command: ["java"] }))).toThrow("Task wants java: only node");
  expect(() => containerOf(declared("/asset", { Image: "nginx:1" }))).toThrow("is no asset of the app");
});

it("runs it with its role's keys and a folder for its volume, again when it ends, until it is stopped", async () => {
  const folder = await temporaryFolder();
  // Each life leaves a line in the volume; the first one ends by itself.
  await writeFile(
    join(folder, "mill.mjs"),
    `import { appendFileSync, existsSync } from "node:fs";
     const file = process.env.SCRATCH + "/lives";
     const isFirst = !existsSync(file);
     appendFileSync(file, [process.pid, process.env.AWS_ACCESS_KEY_ID, process.env.HOME, process.env.COUNT].join() + "\\n");
     console.log("milling");
     if (isFirst) process.exit(3);
     process.on("SIGTERM", () => { console.log("stopped"); process.exit(0); });
     setInterval(() => {}, 1000);`,
  );
  const principal = {
    name: "miller",
    arn: "arn:role",
    accessKeyId: "KEY",
    secretAccessKey: "s",
    statements: [],
  };
  const stop = startContainers({
    containers: [containerOf(declared(folder))],
    principalOf: () => principal,
    endpoints: { s3: "http://127.0.0.1:1", json: "http://127.0.0.1:2" },
    volumes: join(folder, "volumes"),
    logs: folder,
  });
  const lives = join(folder, "volumes/miller/grain/lives");
  const lines = () => (existsSync(lives) ? readFileSync(lives, "utf8").trim().split("\n") : []);
  await vi.waitFor(() => expect(lines()).toHaveLength(2), { timeout: 20_000, interval: 50 });
  for (const line of lines()) expect(line).toMatch(/^\d+,KEY,,3$/);
  await vi.waitFor(() =>
    expect(readFileSync(join(folder, "miller.log"), "utf8").match(/milling/g)).toHaveLength(2),
  );
  await stop();
  const log = readFileSync(join(folder, "miller.log"), "utf8");
  expect(log).toContain('"message":"the container ended","code":3');
  expect(log).toContain("stopped");
  const [, last = ""] = lines();
  expect(() => process.kill(Number(last.split(",")[0]), 0)).toThrow();
});
