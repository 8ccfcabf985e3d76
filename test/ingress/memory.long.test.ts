import { readFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { put } from "./client.ts";
import { ProgramRig } from "./program-rig.ts";

const MIB = 1024 * 1024;
const rig = await new ProgramRig().start();
afterEach(() => rig.stop());

test("a chunked body of 1 GiB is taken in bounded memory", async () => {
  const { service } = rig;
  service.s3.keepsBytes = false;
  const { child, url, output, printed } = await rig.runIngress();
  const id = service.addImage();
  const chunk = Buffer.alloc(MIB, "image");
  function* gibibyte() {
    for (let count = 0; count < 1024; count++) yield chunk;
  }
  expect((await put(url, id, gibibyte())).status).toBe(204);
  expect(service.image(id)).toMatchObject({ status: "active", size: 1024 * MIB });

  await printed('"upload"');
  const line = output.stdout.split("\n").find((text) => text.includes('"upload"')) ?? "{}";
  const { peak_buffer_bytes, mib_per_s, parts } = JSON.parse(line);
  const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
  const peakRss = /VmHWM:\s+(\d+ kB)/.exec(status)?.[1] ?? "unknown";
  console.log(
    `1 GiB chunked: ${mib_per_s} MiB/s, parts hold ${peak_buffer_bytes / MIB} MiB, peak RSS ${peakRss}`,
  );
  expect(parts).toBe(128);
  expect(peak_buffer_bytes).toBeLessThanOrEqual(5 * 8 * MIB);
}, 90_000);
