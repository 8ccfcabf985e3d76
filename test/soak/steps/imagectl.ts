import { createHash } from "node:crypto";
import { createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createMachine, type Machine } from "../../client/imagectl-process.ts";
import { contentOf, hashesOf, keyOf, wholeOf } from "../clients/content.ts";
import { given } from "../oracle/image-state.ts";
import type { Step, StepContext } from "./step.ts";
import { drawBytes, drawStore, EVER } from "./upload.ts";

const MOST = 64 * 1024 ** 2;

async function onMachine(
  { slot, world }: StepContext,
  work: (machine: Machine) => Promise<void>,
): Promise<void> {
  await world.service.untilUp();
  const machine = createMachine({
    OS_CLIENT_CONFIG_FILE: join(world.service.home, "clouds.yaml"),
    OS_CLOUD: slot.owner,
  });
  try {
    await work(machine);
  } finally {
    machine.remove();
  }
}

/** Says the same line again until it ends well; some runs are killed on the way. Undefined: it never did. */
async function persist({ world, random, slot }: StepContext, machine: Machine, words: readonly string[]) {
  for (let tries = 0; tries < 3; tries++) {
    await world.service.untilUp();
    const started = machine.start(...words);
    started.process.stdin?.end();
    const over = new AbortController();
    const kill = (ms: number, what: string) =>
      sleep(ms, undefined, { signal: over.signal }).then(
        () => started.process.kill("SIGKILL") && world.count(what),
        () => undefined,
      );
    if (tries === 0 && random.chance(0.4)) void kill(300 + random.below(1500), "kill -9 of imagectl");
    void kill(120_000, "imagectl given up");
    const { code, stdout, stderr } = await started.ended;
    over.abort();
    slot.tell(`imagectl ${words.join(" ")}: ended with ${code} ${code === 0 ? "" : stderr.slice(-200)}`);
    if (code === 0) return { stdout };
  }
  return undefined;
}

export const imagectlUpload: Step = async (context) => {
  const { slot, random, world } = context;
  const drawn = drawBytes(context);
  const content = { ...drawn, size: Math.min(drawn.size, MOST) };
  const store = drawStore(context);
  await onMachine(context, async (machine) => {
    writeFileSync(join(machine.folder, "disk.raw"), wholeOf(content));
    const words = ["upload", "disk.raw", "--id", slot.id, "--disk-format", "raw", "--json"];
    if (store !== undefined && store !== "files") words.push("--store", store);
    if (random.chance(0.5)) words.push("--part-size", "5M", "--parallel", "2");
    const ended = await persist(context, machine, words);
    const isActive =
      ended !== undefined &&
      (JSON.parse(ended.stdout) as { image_status?: string }).image_status === "active";
    if (isActive) world.bytes += content.size;
    slot.settle(given(keyOf(content)), isActive ? "done" : "doubt", "imagectl", EVER);
  });
};

export const imagectlDownload: Step = async (context) => {
  const { slot, world } = context;
  await onMachine(context, async (machine) => {
    const ended = await persist(context, machine, ["download", slot.id, "copy.raw", "--json"]);
    if (!ended) return;
    const hash = createHash("sha512");
    for await (const chunk of createReadStream(join(machine.folder, "copy.raw")))
      hash.update(chunk as Buffer);
    const sha512 = hash.digest("hex");
    const found = slot.beliefs
      .possible()
      .find(({ content }) => content !== null && hashesOf(content).sha512 === sha512);
    if (found) world.bytes += contentOf(found.content ?? "").size;
    else slot.fail("wrong-bytes", "imagectl has other bytes than anybody sent");
  });
};
