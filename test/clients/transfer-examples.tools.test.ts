import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { run, succeed } from "./command.ts";
import { digestOf } from "./large-image.ts";

const docs = resolve(import.meta.dirname, "../../docs");

let runtime: LocalRuntime;
let demo: ImageClient;
let file: string;
beforeAll(async () => {
  runtime = await startRuntime();
  demo = await logIn(runtime.url, "demo");
  file = join(runtime.home, "disk.img");
  writeFileSync(file, randomBytes(60_000_000));
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const expectStored = async (id: string) =>
  expect(await demo.show(id)).toMatchObject({
    status: "active",
    os_hash_value: await digestOf(file, "sha512"),
  });

describe("the examples of docs/transfers.md", () => {
  it("curl's", async () => {
    const [, script] =
      /## With curl\n\n```sh\n([\s\S]*?)```/.exec(readFileSync(join(docs, "transfers.md"), "utf8")) ?? [];
    const id = await demo.create();
    const command = `cd ${runtime.home} && set -e && ${script}`;
    await succeed(command, { BASE: runtime.url, TOKEN: demo.token, IMAGE_ID: id });
    await expectStored(id);
  });

  it("Python's, also after it was killed in the middle", async () => {
    const environment = {
      OS_AUTH_URL: `${runtime.url}/v3`,
      OS_USERNAME: "demo",
      OS_PASSWORD: "demo",
      OS_PROJECT_NAME: "demo",
    };
    const command = `python3 ${join(docs, "examples", "upload.py")} ${file}`;
    // Killed as soon as it has begun: the ticket is there, hardly any part is stored.
    const ticket = `${file}.transfer`;
    const untilBegun = `until [ -s ${ticket} ]; do sleep 0.02; done`;
    await run(`${command} & ${untilBegun}; kill -9 $!; wait`, environment);
    expect(existsSync(ticket)).toBe(true);
    const [id = "", status] = (await succeed(command, environment)).split(" ");

    expect(status).toBe("active");
    await expectStored(id);
  });
});
