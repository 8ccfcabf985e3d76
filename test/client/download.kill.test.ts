import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { createMachine, type Machine, until } from "./imagectl-process.ts";

const MIB = 1024 ** 2;
/** Random at both ends, zeros between: what is a hole in the copy as well. */
const data = Buffer.alloc(60 * MIB + 777);
randomBytes(10 * MIB).copy(data);
randomBytes(5 * MIB).copy(data, 55 * MIB);

let runtime: LocalRuntime;
let machine: Machine;
let id: string;
const at = (name: string) => join(machine.folder, name);

beforeAll(async () => {
  runtime = await startRuntime();
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" });
  writeFileSync(at("disk.img"), data);
  id = String((await machine.json("upload", "disk.img")).image_id);
});
afterAll(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});

it("an image is saved in parallel, verified, sparse where it is zeros, and never over an existing file", async () => {
  expect(await machine.json("download", "disk.img", "copy")).toMatchObject({
    image_id: id,
    received_bytes: data.length,
    verified_by: "sha512",
  });
  expect(readFileSync(at("copy")).equals(data)).toBe(true);
  expect(statSync(at("copy")).blocks * 512).toBeLessThan(20 * MIB);
  expect(existsSync(at("copy.part")) || existsSync(at("copy.part.json"))).toBe(false);
  const again = await machine.run("download", id, "copy");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("--force")]);
});

it("standard output gets the bytes alone", async () => {
  const hash = createHash("sha512");
  const piped = machine.start("download", id, "-", "--json");
  piped.process.stdout?.removeAllListeners("data").setEncoding("latin1");
  piped.process.stdout?.on("data", (text: string) => hash.update(text, "latin1"));
  const { code, stderr } = await piped.ended;
  expect(code).toBe(0);
  expect(hash.digest("hex")).toBe(createHash("sha512").update(data).digest("hex"));
  expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "")).toMatchObject({ file: "-", size: data.length });
});

/** A slow download that is ended by `signal` once its record names some pieces. */
async function broken(name: string, signal: NodeJS.Signals) {
  const download = machine.start("download", id, name, "--limit-rate", "12M", "--parallel", "2");
  await until(() => {
    if (!existsSync(at(`${name}.part.json`))) return undefined;
    const { pieces } = JSON.parse(readFileSync(at(`${name}.part.json`), "utf8")) as { pieces: number[] };
    return pieces.length >= 2 ? true : undefined;
  });
  download.process.kill(signal);
  return download.ended;
}

it("after kill -9 the same command fetches only the rest", async () => {
  await broken("killed", "SIGKILL");
  const { received_bytes } = await machine.json("download", id, "killed");
  expect(received_bytes).toBeLessThanOrEqual(data.length - 16 * MIB);
  expect(readFileSync(at("killed")).equals(data)).toBe(true);
});

it("Ctrl-C says how to go on; pieces damaged meanwhile are found and fetched again", async () => {
  const { code, stderr } = await broken("damaged", "SIGINT");
  expect(code).toBe(3);
  expect(stderr).toContain(`go on with: imagectl download ${id} damaged`);
  truncateSync(at("damaged.part"), 0);
  const again = await machine.run("download", id, "damaged");
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining("beginning afresh")]);
  expect(readFileSync(at("damaged")).equals(data)).toBe(true);
});

it("verify tells the image's file from another one, and checks what is stored", async () => {
  expect(await machine.json("verify", "disk.img", "--image", id)).toMatchObject({ verified_by: "sha512" });
  expect((await machine.run("verify", id)).code).toBe(0);
  const other = Buffer.from(data);
  other[data.length - 1] = (other[data.length - 1] ?? 0) ^ 1;
  writeFileSync(at("other"), other);
  const { code, stderr } = await machine.run("verify", "other", "--image", id);
  expect([code, stderr]).toEqual([4, expect.stringContaining("is not the image")]);
});

/** An image service whose data is served by another host; both keep what they were sent. */
async function foreignService(answer: (response: http.ServerResponse, range: string) => void) {
  const asked: http.IncomingHttpHeaders[] = [];
  let files = 0;
  const store = http.createServer((request, response) => {
    asked.push(request.headers);
    answer(response, request.headers.range ?? "");
  });
  const listen = async (server: http.Server) => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const storeUrl = await listen(store);
  const image = { id: "3fa85f64-5717-4562-b3fc-2c963f66afa6", name: "i", status: "active", size: 5 };
  const api = http.createServer((request, response) => {
    if (!request.url?.endsWith("/file"))
      return response.end(JSON.stringify({ ...image, checksum: "0".repeat(32) }));
    files += 1;
    return response.writeHead(302, { location: `${storeUrl}/object?X-Amz-Signature=secret` }).end();
  });
  const user = createMachine({
    OS_AUTH_TYPE: "admin_token",
    OS_ENDPOINT: await listen(api),
    OS_TOKEN: "user-token",
  });
  const close = () => {
    for (const server of [api, store]) server.close().closeAllConnections();
    user.remove();
  };
  return { user, asked, image, files: () => files, close };
}

it("the redirect's target never sees the token, an expired address is renewed, wrong data is refused", async () => {
  let isFirst = true;
  const service = await foreignService((response) => {
    if (isFirst) response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
    else response.writeHead(206, { "content-range": "bytes 0-4/5" }).end("hello");
    isFirst = false;
  });
  try {
    const { code, stderr } = await service.user.run("download", service.image.id, "copy", "--debug");
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/is not the image: its md5 is 5d41.*Nothing was written/),
    ]);
    expect(service.files()).toBe(2);
    expect(service.asked.map((headers) => headers["x-auth-token"])).toEqual([undefined, undefined]);
    expect(stderr).not.toMatch(/secret|user-token|Signature/);
    expect(
      existsSync(join(service.user.folder, "copy")) || existsSync(join(service.user.folder, "copy.part")),
    ).toBe(false);
  } finally {
    service.close();
  }
});
