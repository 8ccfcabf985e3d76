import { describe, expect, it } from "vitest";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../fakes/faulty.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { deletePending, jobNames, jobOn } from "./all-jobs.ts";
import { type MessyTable, messyTable } from "./messy-table.ts";

interface Firing {
  readonly dryRun?: boolean;
  /** Where it is killed; its calls are counted in any case. */
  readonly point?: FaultPoint;
}

async function fire(name: string, table: MessyTable, { dryRun = false, point }: Firing = {}) {
  const { run } = aRun({ now: true, dryRun });
  const { work, ports } = jobOn(name, table, table.ports);
  const { clock, sleep, settings, tableIdentity, ...stores } = ports;
  const broken = faulty(stores as unknown as Record<string, object>, point);
  const killed = { ...(broken.ports as unknown as typeof ports), clock, sleep, settings, tableIdentity };
  await work(killed)(run);
  return { ...run.tally.counts(), wouldAct: run.wouldAct, calls: broken.calls() };
}

/** Published, by the id that copies of a notification have in common. */
const publishedOnce = ({ published }: MessyTable): number =>
  new Set(published.map(({ message_id }) => message_id)).size;

const endOf = async (table: MessyTable, options: { lost?: boolean } = {}) => {
  await deletePending(table, options);
  return { ...(await table.state()), published: publishedOnce(table) };
};

const ends = new Map<string, Awaited<ReturnType<typeof endOf>>>();

/** What a single run leaves, with one after it that finds nothing to do. */
async function afterOne(name: string) {
  const known = ends.get(name);
  if (known) return known;
  const table = await messyTable();
  const before = await table.state();
  const first = await fire(name, table);
  expect(first).toMatchObject({ failed: 0 });
  expect(first.acted).toBeGreaterThan(0);
  await deletePending(table);
  expect(await fire(name, table)).toMatchObject({ acted: 0, failed: 0 });
  const end = await endOf(table);
  expect(end).not.toMatchObject(before);
  ends.set(name, end);
  return end;
}

describe.each(jobNames)("the job %s", (name) => {
  it("does its work in one run, and a second one acts on nothing", async () => {
    await afterOne(name);
  });

  it("changes nothing in a dry run, and would act as it then does", async () => {
    const table = await messyTable();
    const before = await table.dump("");
    const { wouldAct } = await fire(name, table, { dryRun: true });
    expect(await table.dump("")).toEqual(before);
    expect(table.work.deleting).toEqual([]);
    expect(table.published).toEqual([]);
    // A report is no act; and the purge finds a record only when its leftovers are gone.
    const { acted } = await fire(name, table);
    expect(Math.abs(wouldAct - acted)).toBeLessThanOrEqual(1);
  });

  it.each([0, 0.03])(
    "leaves with two runs at once, and one after them, what one leaves (faults: %d)",
    async (rate) => {
      const end = await afterOne(name);
      for (let pair = 0; pair < (rate > 0 ? 1 : 2); pair++) {
        const table = await messyTable({ rate });
        const both = await Promise.allSettled([fire(name, table), fire(name, table)]);
        for (const result of both)
          if (result.status === "rejected" && rate === 0)
            expect(result.reason).toBeInstanceOf(CheckpointMoved);
        for (let more = 0; more < (rate > 0 ? 3 : 1); more++) {
          await deletePending(table);
          await fire(name, table).catch((error: unknown) => {
            if (rate === 0) throw error;
          });
        }
        expect(await endOf(table)).toEqual(end);
      }
    },
  );

  it("killed anywhere, leaves with the next runs what one leaves", async () => {
    const end = await afterOne(name);
    const { calls } = await fire(name, await messyTable());
    const POINTS = 4;
    for (let n = 0; n < POINTS; n++) {
      const call = 1 + Math.floor((n * calls) / POINTS);
      const point = { call, moment: n % 2 === 0 ? "after" : "before" } as const;
      const table = await messyTable();
      await fire(name, table, { point }).catch((error: unknown) => {
        if (!(error instanceof InjectedFault)) throw error;
      });
      for (let more = 0; more < 2; more++) {
        await deletePending(table);
        await fire(name, table);
      }
      // A kill between a write and its message loses the message; the reaper finds the record of the deletion.
      const { findings, ...rest } = await endOf(table, { lost: true });
      expect({ ...rest, findings: end.findings }, JSON.stringify(point)).toEqual(end);
      // One between a mending and its finding loses that finding, as the fault is not there any more.
      expect(end.findings).toEqual(expect.arrayContaining(findings));
    }
  }, 120_000);
});
