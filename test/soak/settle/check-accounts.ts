import { Violation } from "../oracle/violation.ts";
import type { World } from "../world.ts";
import type { Kept } from "./check-images.ts";
import { runToEnd } from "./settle.ts";

const MIB = 1024 ** 2;

interface Usage {
  readonly usage: Readonly<Record<string, { readonly usage: number }>>;
}

async function usageOf(world: World, owner: "demo" | "alt"): Promise<Record<string, number>> {
  const { text } = await world.people[owner].call("GET", "/v2/info/usage");
  const { usage } = JSON.parse(text) as Usage;
  return Object.fromEntries(Object.entries(usage).map(([name, one]) => [name, one.usage]));
}

/** What each project is said to use is what its images come to, and what a recount finds. */
export async function checkUsage(world: World, kept: readonly Kept[]): Promise<void> {
  const owners = ["demo", "alt"] as const;
  const before = [await usageOf(world, "demo"), await usageOf(world, "alt")];
  for (const [at, owner] of owners.entries()) {
    const images = kept.filter((image) => image.owner === owner);
    const bytes = images.reduce((sum, { size, stores }) => sum + size * stores.length, 0);
    const wanted = {
      ...{ image_count_total: images.length, image_count_uploading: 0, image_stage_total: 0 },
      image_size_total: Math.floor(bytes / MIB),
    };
    for (const [name, value] of Object.entries(wanted))
      if (before[at]?.[name] !== value)
        throw new Violation("wrong-usage", `${name} of ${owner} is ${before[at]?.[name]}, not ${value}`);
  }
  await runToEnd(world, "usage-recount");
  const after = [await usageOf(world, "demo"), await usageOf(world, "alt")];
  if (JSON.stringify(after) !== JSON.stringify(before))
    throw new Violation(
      "wrong-usage",
      `a recount makes ${JSON.stringify(after)} of ${JSON.stringify(before)}`,
    );
}

/** A list of all images of a project has those that can be shown, and no other. */
export async function checkLists(world: World, kept: readonly Kept[]): Promise<void> {
  for (const owner of ["demo", "alt"] as const) {
    const person = world.people[owner];
    await person.token();
    for (const sort of ["created_at:desc", "name:asc"]) {
      const seen: string[] = [];
      let path: string | undefined = `/v2/images?limit=50&sort=${sort}&owner=${person.project}`;
      while (path !== undefined) {
        const { text } = await person.call("GET", path);
        const page = JSON.parse(text) as { images: { id: string }[]; next?: string };
        seen.push(...page.images.map(({ id }) => id));
        path = page.next;
      }
      const wanted = kept.filter((image) => image.owner === owner).map(({ id }) => id);
      const differing = [
        ...wanted.filter((id) => !seen.includes(id)).map((id) => `lacks ${id}`),
        ...seen.filter((id, at) => !wanted.includes(id) || seen.indexOf(id) !== at).map((id) => `has ${id}`),
      ];
      if (differing.length > 0)
        throw new Violation("wrong-list", `${owner} by ${sort}: ${differing.join(", ")}`);
    }
  }
}

/** What a moved clock alone makes auditors say: that something has waited for a day. */
const byTheClock = new Set(["deletion-overdue", "image-stuck"]);

/** Nobody damaged anything, so that audits have nothing to tell. */
export async function checkFindings(world: World): Promise<void> {
  const { text } = await world.people.admin.call("GET", "/v2/audit/findings?limit=1000");
  const { findings } = JSON.parse(text) as { findings: { kind: string; state: string }[] };
  const told = findings.filter(({ kind, state }) => !byTheClock.has(kind) || state !== "mended");
  world.count("findings by the clock, mended", findings.length - told.length);
  if (told.length > 0) throw new Violation("auditor-found", JSON.stringify(told.slice(0, 5)));
}
