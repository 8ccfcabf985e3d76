import type { Decision } from "../job-run.ts";
import { isSameUsage, judgeUsage, type UsagePorts } from "./judge-usage.ts";
import { type Updater, type UpdaterPorts, updater } from "./updater.ts";
import { inParallel } from "./walk-records.ts";

type Ports = UpdaterPorts & UsagePorts;

const recount = async ({ usage }: Ports, project: string): Promise<Decision> => ({
  what: "recount usage",
  why: "an operator asked for it",
  evidence: { project },
  act: async () => {
    const { before, after } = await usage.recount(project);
    return !isSameUsage(before, after);
  },
});

/**
 * Counts again what each project uses, exactly, while others write. Projects that were never counted are counted at
 * their first change and need no recount.
 */
export const usageRecount = (ports: Ports): Updater =>
  updater(
    ports,
    "usage-recount",
    async (run, refs) => {
      const counters = refs.filter((ref) => ref.kind === "usage");
      await inParallel(counters, ({ project }) =>
        run.consider({ kind: "usage", id: project }, () =>
          run.dryRun ? judgeUsage(ports, project) : recount(ports, project),
        ),
      );
    },
    "usage",
  );
