import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnFiles } from "./drawn-files.ts";
import { latin1 } from "./drawn-image.ts";
import { inspect, refusal } from "./inspection.ts";
import { descriptor } from "./sample-images.ts";

test.each(drawnFiles)("$title", async ({ drawing, declared, message }) => {
  for (const { diskFormat, containerFormat = "bare", verdict } of declared) {
    if (verdict === "accepted") {
      await expect(inspect(drawing, diskFormat, { containerFormat })).resolves.toBeDefined();
      continue;
    }
    const refused = await refusal(drawing, diskFormat, { containerFormat });
    if (message && verdict !== "mismatch") expect(refused.message).toMatch(message);
    if (verdict === "mismatch") continue;
    // What is unsafe is so for everybody: no setting lets it pass.
    await refusal(drawing, diskFormat, { containerFormat, requireMatch: false, gptNonFatal: ["mbr"] });
  }
});

test("no comment, padding or writing of it hides a VMDK's descriptor", async () => {
  const flat = descriptor("monolithicFlat", 'RW 2048 FLAT "base.raw" 0');
  const comment = fc.array(
    fc.integer({ min: 1, max: 255 }).filter((n) => n !== 10),
    { maxLength: 80 },
  );
  const asDrawn = fc.record({
    comments: fc.array(comment, { maxLength: 4 }),
    blanks: fc.nat(3),
    padding: fc.constantFrom(0, 1, 511, 4096, 70_000),
    ends: fc.constantFrom("\n", "\r\n"),
    between: fc.tuple(fc.constantFrom("=", ":", "x", "\x01"), fc.constantFrom('"', " ", "'")),
    version: fc.constantFrom(1, 2, 3),
  });
  await fc.assert(
    fc.asyncProperty(
      asDrawn,
      fc.constantFrom("raw", "vmdk", "ami"),
      fc.boolean(),
      async (made, declared, requireMatch) => {
        const comments = made.comments.map((bytes) => `#${String.fromCharCode(...bytes)}\n`).join("");
        const text = flat
          .replace('createType="', `createType${made.between.join("")}`)
          .replace("version=1", `version=${made.version}`)
          .replaceAll("\n", made.ends);
        const bytes = latin1(comments + " \n".repeat(made.blanks) + text + "\0".repeat(made.padding));
        await refusal({ size: bytes.length, pieces: [[0, bytes]] }, declared, { requireMatch });
      },
    ),
    { numRuns: 500 },
  );
});
