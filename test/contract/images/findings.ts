import { describe, expect, it } from "vitest";
import type { Sighting } from "../../../shared/images/domain/finding.ts";
import type { Findings } from "../../../shared/images/ports/findings.ts";

interface FindingsUnderTest {
  readonly findings: Findings;
  /** Event types with the finding's id that are in the outbox. */
  readonly events: () => Promise<readonly (readonly [string, unknown])[]>;
}

const sighting = (more: Partial<Sighting> = {}): Sighting => ({
  kind: "hash-mismatch",
  subject: "4f5a",
  image_id: "4f5a",
  object_key: "4f5a/1",
  evidence: { recorded: "aa", stored: "bb", size: 7, gone: null },
  state: "open",
  acted: false,
  ...more,
});
const day = (number: number) => new Date(Date.UTC(2026, 0, number));

/** What all findings must do; `make` gives empty ones. */
export function findingsContract(name: string, make: () => Promise<FindingsUnderTest>) {
  describe(`findings: ${name}`, () => {
    it("keep one record a kind and subject, and tell what is news once", async () => {
      const { findings, events } = await make();
      const first = await findings.record(sighting(), day(1));
      expect(first.isNews).toBe(true);
      const { acted: _, ...record } = sighting();
      expect(first.finding).toEqual({
        ...record,
        id: expect.stringMatching(/^hash-mismatch\.[0-9a-f]{32}$/),
        first_seen_at: day(1).toISOString(),
        last_seen_at: day(1).toISOString(),
        times_seen: 1,
        acknowledged_at: null,
        acknowledged_by: null,
      });
      const again = await findings.record(sighting({ evidence: { stored: "cc" } }), day(2));
      expect(again.isNews).toBe(false);
      const { finding } = await findings.record(sighting({ state: "quarantined", acted: true }), day(3));
      expect(finding).toMatchObject({
        id: first.finding.id,
        state: "quarantined",
        first_seen_at: day(1).toISOString(),
        last_seen_at: day(3).toISOString(),
        times_seen: 3,
      });
      expect(await findings.find(finding.id)).toEqual(finding);
      expect(await findings.find("hash-mismatch.0")).toBeUndefined();
      expect((await findings.list({ limit: 10 })).findings).toEqual([finding]);
      expect(await events()).toEqual([
        ["image.audit.finding", finding.id],
        ["image.audit.finding", finding.id],
      ]);
    });

    it("count everybody who records the same at once", async () => {
      const { findings, events } = await make();
      const all = Array.from({ length: 6 }, () => findings.record(sighting(), day(1)));
      const news = (await Promise.all(all)).filter(({ isNews }) => isNews);
      expect(news).toHaveLength(1);
      expect((await findings.list({ limit: 10 })).findings).toMatchObject([{ times_seen: 6 }]);
      expect(await events()).toHaveLength(1);
    });

    it("stay acknowledged while they are merely seen again, by whom it was first", async () => {
      const { findings } = await make();
      const { id } = (await findings.record(sighting(), day(1))).finding;
      const known = { state: "acknowledged", acknowledged_by: "ada", acknowledged_at: day(2).toISOString() };
      expect(await findings.acknowledge(id, "ada", day(2))).toMatchObject(known);
      expect(await findings.acknowledge(id, "bob", day(3))).toMatchObject(known);
      expect(await findings.acknowledge("no-such.0", "ada", day(3))).toBeUndefined();
      expect(await findings.record(sighting(), day(4))).toMatchObject({ isNews: false, finding: known });
      const mended = await findings.record(sighting({ state: "mended", acted: true }), day(5));
      expect(mended).toMatchObject({ isNews: true, finding: { state: "mended", acknowledged_by: null } });
      expect(await findings.record(sighting(), day(6))).toMatchObject({
        isNews: true,
        finding: { state: "open" },
      });
    });

    it("come in pages by id, all or those of one state", async () => {
      const { findings } = await make();
      for (let n = 0; n < 5; n++) {
        await findings.record(sighting({ subject: `${n}`, state: n === 2 ? "quarantined" : "open" }), day(1));
        await findings.record(sighting({ kind: "index-entry-missing", subject: `${n}` }), day(1));
      }
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await findings.list({ limit: 3, ...(after === undefined ? {} : { after }) });
        expect(page.findings.length).toBeGreaterThan(0);
        ids.push(...page.findings.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(ids).toHaveLength(10);
      expect(ids).toEqual([...new Set(ids)].sort());
      const quarantined = await findings.list({ limit: 1, state: "quarantined" });
      expect(quarantined.findings).toMatchObject([{ subject: "2" }]);
      expect(quarantined.next).toBeUndefined();
    });

    it("cut what is too long to be kept", async () => {
      const { findings } = await make();
      const { finding } = await findings.record(
        sighting({ subject: "s".repeat(2000), evidence: { text: "x".repeat(50_000) } }),
        day(1),
      );
      expect(String(finding.evidence.text).length).toBe(1000);
      expect(await findings.find(finding.id)).toEqual(finding);
    });
  });
}
