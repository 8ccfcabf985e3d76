import { randomBytes } from "node:crypto";
import { readFileSync, statfsSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, runtimePid, startRuntime } from "../runtime/local-runtime.ts";
import { bareParallelPut } from "./bare-put.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { createMachine, type Machine, type Started, until } from "./imagectl-process.ts";

const MIB = 1024 ** 2;
const GIB = 1024 * MIB;
const [SMALL_BYTES, LARGE_BYTES] = [GIB / 2, 2 * GIB];
const PART_BYTES = 16 * MIB;
const PARALLEL = 4;

let runtime: LocalRuntime | undefined;
let machine: Machine | undefined;
afterEach(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});
beforeAll(() => {
  const { bavail, bsize } = statfsSync("/tmp");
  // Copies of the large file, one of the small one, and what is deleted only later.
  if (bavail * bsize < 10 * GIB) throw new Error("this suite needs 10 GiB in the temporary folder");
});

async function begin(environment: Record<string, string> = {}) {
  runtime = await startRuntime({ environment });
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" });
  return { runtime, machine };
}

/** A file without two equal parts that takes hardly any room itself. */
async function markedFile(path: string, size: number): Promise<void> {
  const file = await open(path, "w");
  await file.truncate(size);
  for (let offset = 0; offset < size; offset += MIB) await file.write(randomBytes(64), 0, 64, offset);
  await file.close();
}

const statusMib = (pid: number, field: "VmRSS" | "VmHWM"): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
};

/** Waits for a command; also its own peak memory, and another process' memory over the time, MiB. */
/** Also what `otherPid` takes until `settled` resolves, once the command has ended. */
async function watched(started: Started, otherPid: number, settled?: (imageId: string) => Promise<void>) {
  let peak = 0;
  const other: number[] = [];
  const pid = started.process.pid ?? 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, statusMib(pid, "VmHWM"));
    other.push(statusMib(otherPid, "VmRSS"));
  }, 100);
  started.process.stdin?.end();
  const ended = await started.ended;
  try {
    if (ended.code !== 0) throw new Error(`ended with ${ended.code}: ${ended.stderr}`);
    const json = JSON.parse(ended.stdout) as Record<string, number>;
    await settled?.(String(json.image_id));
    return { peak, other, json };
  } finally {
    clearInterval(timer);
  }
}

it("2 GiB: flat memory on both sides, little above bare PUTs, and a kill costs the parts on their way", async () => {
  const { runtime, machine } = await begin();
  const pid = runtimePid(runtime.home);
  const [small, large] = [join(machine.folder, "small"), join(machine.folder, "large")];
  await markedFile(small, SMALL_BYTES);
  await markedFile(large, LARGE_BYTES);
  const words = ["--part-size", String(PART_BYTES), "--quiet", "--json"];

  const demo = await logIn(runtime.url, "demo");
  const verified = async (imageId: string) => {
    const path = `/v2/images/${imageId}/integrity`;
    const verifiedAt = async () =>
      ((await (await demo.fetch(path)).json()) as { verified_at: string | null }).verified_at;
    await expect.poll(verifiedAt, { timeout: 300_000, interval: 500 }).toBeTruthy();
  };
  // Verification begins with the end of an upload: that of the first would count against the second otherwise.
  const first = await watched(machine.start("upload", small, ...words), pid, verified);
  const whole = await watched(machine.start("upload", large, ...words), pid);
  console.log(`imagectl RSS peak (MiB): ${first.peak} at 0.5 GiB, ${whole.peak} at 2 GiB`);
  expect(whole.peak).toBeLessThan(400);
  const [atSmall, atLarge] = [Math.max(...first.other), Math.max(...whole.other)];
  console.log(`runtime RSS peak (MiB): ${atSmall} with an upload of 0.5 GiB, ${atLarge} with one of 2 GiB`);
  expect(atLarge).toBeLessThanOrEqual(atSmall + 100);

  await verified(String(whole.json.image_id));
  const bare = await bareParallelPut(demo, large, LARGE_BYTES, PART_BYTES, PARALLEL);
  // Above 1.3 where both ends share two cores: hashing (MD5 of the part, MD5 and SHA-512 of the whole) costs about
  // 5 ns a byte of processor time, which the bare PUTs leave to the emulator. Measured: 1.0 to 1.4 where the disk was the
  // bound, 2.3 where the processors were.
  const ratio = (whole.json.seconds ?? 0) / bare;
  console.log(
    `2 GiB: imagectl ${whole.json.seconds?.toFixed(1)} s, bare PUTs ${bare.toFixed(1)} s, ratio ${ratio.toFixed(2)}`,
  );

  const killed = machine.start("upload", large, ...words, "--parallel", String(PARALLEL));
  const shown = () => machine.json("transfer", "show", large);
  await until(async () => (machine.states().length > 0 ? true : undefined));
  for (;;) {
    const { stored_bytes } = await shown();
    if ((stored_bytes as number) > LARGE_BYTES / 2) break;
  }
  killed.process.kill("SIGKILL");
  await killed.ended;
  const stored = (await shown()).stored_bytes as number;
  const resumed = await watched(machine.start("upload", large, "--resume", ...words.slice(2)), pid);
  const resent = stored + (resumed.json.sent_bytes ?? 0) - LARGE_BYTES;
  console.log(
    `kill -9 at ${(stored / GIB).toFixed(2)} GiB: ${resent} stored bytes sent again; at most ` +
      `${(PARALLEL * PART_BYTES) / MIB} MiB were on their way`,
  );
  expect(resent).toBe(0);
  const image = await demo.show(String(resumed.json.image_id));
  expect(image).toMatchObject({ status: "active", size: LARGE_BYTES });
  expect((await machine.run("verify", large, "--image", String(image.id))).code).toBe(0);
});

it("an upload outlives the login it began with", async () => {
  const { machine } = await begin({ GLANCE_TOKEN_EXPIRATION: "60" });
  writeFileSync(join(machine.folder, "slow"), randomBytes(45 * MIB));
  const slow = await machine.json("upload", "slow", "--part-size", "5M", "--limit-rate", "256K");
  console.log(`an upload of ${slow.seconds} s with a login of 60 s`);
  expect(slow.seconds as number).toBeGreaterThan(150);
  expect(slow.image_status).toBe("active");
});

it("on AWS's bad days every upload and download ends right, or says how to go on", async () => {
  const { machine } = await begin({ GLANCE_FAULTS: "7:0.1" });
  const data = randomBytes(24 * MIB);
  writeFileSync(join(machine.folder, "disk"), data);
  let resumes = 0;
  for (let round = 0; round < 12; round++) {
    let ended = await machine.run("upload", "disk", "--part-size", "5M", "--name", `disk-${round}`, "--json");
    for (; ended.code === 3; resumes++) ended = await machine.run("upload", "disk", "--resume", "--json");
    expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)]);
    const { image_id } = JSON.parse(ended.stdout) as { image_id: string };
    const copy = `copy-${round}`;
    expect(await machine.run("download", image_id, copy)).toMatchObject({ code: 0 });
    expect(readFileSync(join(machine.folder, copy)).equals(data)).toBe(true);
  }
  console.log(`faults at a rate of 0.1: 12 uploads, ${resumes} had to be resumed`);
});

it("connections of which every seventh breaks only slow it down", async () => {
  const { runtime, machine } = await begin();
  const demo = await logIn(runtime.url, "demo");
  const probe = await demo.create();
  await demo.upload(probe, Buffer.from("x"));
  const location = (await demo.fetch(`/v2/images/${probe}/file`)).headers.get("location") ?? "";
  const storeUrl = new URL(location).origin;
  const store = await startCuttingProxy(storeUrl, 7);
  const api = await startCuttingProxy(runtime.url, 7, (body) => body.replaceAll(storeUrl, store.url));
  try {
    const data = randomBytes(150 * MIB);
    writeFileSync(join(machine.folder, "disk"), data);
    const endpoint = ["--os-image-endpoint", api.url];
    for (let round = 0; round < 3; round++) {
      const words = ["upload", "disk", "--part-size", "5M", "--name", `disk-${round}`, ...endpoint];
      const { image_id } = await machine.json(...words);
      expect((await machine.run("verify", "disk", "--image", String(image_id))).code).toBe(0);
    }
    console.log(`connections cut: ${store.cuts} to the store, ${api.cuts} to the API`);
    expect(store.cuts).toBeGreaterThan(5);
  } finally {
    store.close();
    api.close();
  }
});
