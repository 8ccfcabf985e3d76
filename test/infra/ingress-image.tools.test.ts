import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layerOf } from "../../infra/ingress-image/layer.ts";
import { put } from "../ingress/client.ts";
import { FakeService } from "../ingress/fake-service.ts";

const run = promisify(execFile);
const project = resolve(import.meta.dirname, "../..");
const architecture = process.arch === "arm64" ? "arm64" : "amd64";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "ingress-image-test-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test("the image that is made without Docker is a valid one, and takes an upload without root, files or rights", async () => {
  const layout = join(scratch, "layout");
  const script = ["run", "-s", "ingress-image", "--", layout, "--architecture", architecture];
  const made = await run("npm", script, { cwd: project });
  // Both look at every digest, and neither is ours.
  const { stdout: inspected } = await run("skopeo", ["inspect", `oci:${layout}:ingress`]);
  expect(JSON.parse(inspected)).toMatchObject({ Architecture: architecture, Os: "linux" });
  expect(made.stdout).toContain(JSON.parse(inspected).Digest);
  const bundle = join(scratch, "bundle");
  await run("umoci", ["unpack", "--image", `${layout}:ingress`, bundle]);
  const { stdout: config } = await run("skopeo", ["inspect", "--config", `oci:${layout}:ingress`]);
  const { User, Entrypoint, WorkingDir } = JSON.parse(config).config;

  const service = await new FakeService().start();
  let container: ChildProcess | undefined;
  try {
    const endpoint = ["--endpoint", service.endpoint, "--listen", "0"];
    container = spawn(
      "chroot",
      [
        `--userspec=${User}`,
        join(bundle, "rootfs"),
        Entrypoint[0],
        join(WorkingDir, Entrypoint[1]),
        ...endpoint,
      ],
      { env: { PATH: "/usr/sbin:/usr/bin" }, stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    container.stdout?.on("data", (text) => {
      output += text;
    });
    const gone = once(container, "exit").then(([code]) => {
      throw new Error(`the container ended with ${code}`);
    });
    while (!output.includes("listening"))
      await Promise.race([once(container.stdout ?? container, "data"), gone]);
    gone.catch(() => undefined);
    const url = /listening on (\S+)/.exec(output)?.[1] ?? "";
    const id = service.addImage();
    // As much as is hashed on threads, which are part of the one file.
    expect((await put(url, id, Buffer.alloc(80 * 1024 ** 2, 7))).status).toBe(204);
    expect(service.image(id).status).toBe("active");
    const ended = once(container, "exit");
    container.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    container?.kill("SIGKILL");
    await service.stop();
  }
}, 240_000);

test("the same files are the same layer, whoever made them and when", async () => {
  const made = async (name: string, when: Date) => {
    const [root, own] = [join(scratch, name), join(scratch, `${name}-scratch`)];
    await mkdir(root);
    await mkdir(own);
    for (const file of name === "first" ? ["b", "a"] : ["a", "b"]) {
      await writeFile(join(root, file), file);
      await utimes(join(root, file), when, when);
    }
    return (await layerOf(root, own)).diffId;
  };
  expect(await made("first", new Date(0))).toBe(await made("second", new Date()));
});

test.each([
  [[], "usage"],
  [["there"], "not empty"],
  [["new", "--architecture", "mips"], "usage"],
])("wrong arguments: one line and 2: %j", async (given, text) => {
  await mkdir(join(scratch, "there", "in"), { recursive: true });
  const words = given.map((word) => (word === "there" ? join(scratch, word) : word));
  const failed = await run("npm", ["run", "-s", "ingress-image", "--", ...words], { cwd: project }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
});
