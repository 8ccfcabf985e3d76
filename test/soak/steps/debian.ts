import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../clients/command.ts";
import { keyOf, wholeOf } from "../clients/content.ts";
import { given, patched } from "../oracle/image-state.ts";
import { judgeShown } from "./look.ts";
import type { Step, StepContext } from "./step.ts";
import { drawBytes, EVER } from "./upload.ts";

const MOST = 20 * 1024 ** 2;

/** Variables that both clients read. */
const login = ({ world, slot }: StepContext): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(world.service.home, `${slot.owner}.rc`), "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, variable, value] = /^export (\w+)=["']?(.*?)["']?$/.exec(line) ?? [];
        return variable === undefined || value === undefined ? [] : [[variable, value]];
      }),
  );

async function say(context: StepContext, command: string) {
  await context.world.service.untilUp();
  const ended = await run(`timeout 120 ${command}`, login(context));
  context.slot.tell(`${command}: ended with ${ended.status} ${ended.stderr.slice(-160)}`);
  return ended;
}

/** Debian's clients, where they are installed: an upload, or a property and a look. */
export const debian: Step = async (context) => {
  const { slot, random, world, owner } = context;
  const note = `${random.below(100_000)}`;
  if (random.chance(0.5)) {
    const drawn = drawBytes(context);
    const content = { ...drawn, size: Math.min(drawn.size, MOST) };
    const file = join(world.folder, `debian-${slot.n}.raw`);
    writeFileSync(file, wholeOf(content));
    const { status } = await say(context, `glance image-upload --file ${file} ${slot.id}`);
    rmSync(file);
    // It may have asked for more than once before it gave up.
    slot.settle(given(keyOf(content)), status === 0 ? "done" : "doubt", "glance", EVER);
  } else {
    const { status } = await say(context, `openstack image set --property soak_note=${note} ${slot.id}`);
    slot.settle(patched({ soak_note: note }), status === 0 ? "done" : "doubt", "openstack");
  }
  judgeShown(slot, await owner.call("GET", `/v2/images/${slot.id}`));
};
