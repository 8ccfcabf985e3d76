import { describe, expect, it } from "vitest";
import { reportEntries, reportFiles } from "../../../shared/upkeep/adapters/s3-control/completion-report.ts";

const key = "1c0b7d0e-0000-4000-8000-000000000000/5b6fa6c4-0000-4000-8000-000000000000";
const md5 = "3c3c1813042989094598e4b57ecbdc82";
const base64 = Buffer.from(md5, "hex").toString("base64");

/** Like the user guide's example row of a Compute checksum job. */
const row = (message: object, status = "succeeded") =>
  `bucket,${key},,${status},200,,"${JSON.stringify(message).replaceAll('"', '""')}"\n`;
const whole = {
  checksum_base64: base64,
  etag: "x",
  checksumAlgorithm: "MD5",
  checksumType: "FULL_OBJECT",
  checksum_hex: md5.toUpperCase(),
};
const entries = (csv: string, algorithm: "md5" | "sha512" = "md5") => [...reportEntries(csv, algorithm)];

describe("a completion report", () => {
  it("names its files", () => {
    const results = ["a.csv", "b.csv"].map((Key) => ({ TaskExecutionStatus: "succeeded", Key }));
    const manifest = { Format: "Report_CSV_20180820", Results: results };
    expect(reportFiles(JSON.stringify(manifest))).toEqual(["a.csv", "b.csv"]);
  });

  it.each([{ Format: "Report_CSV_2099" }, { Format: "Report_CSV_20180820", Results: [{}] }])(
    "of another form is refused: %j",
    (manifest) => {
      expect(() => reportFiles(JSON.stringify(manifest))).toThrow(/completion report/);
    },
  );

  it("tells checksums in hex, whatever form they come in", () => {
    const { checksum_hex: _, ...onlyBase64 } = whole;
    expect(entries(row(whole) + row(onlyBase64))).toEqual([
      { key, checksum: md5 },
      { key, checksum: md5 },
    ]);
  });

  it("decodes keys, and takes lines with carriage returns and without an end", () => {
    const csv = `${row(whole).replace("/", "%2F").trimEnd()}\r\n${row(whole).trimEnd()}`;
    expect(entries(csv)).toEqual([
      { key, checksum: md5 },
      { key, checksum: md5 },
    ]);
  });

  it.each([
    ["another algorithm", { ...whole, checksumAlgorithm: "SHA256" }],
    ["parts only", { ...whole, checksumType: "COMPOSITE" }],
    ["another length", { ...whole, checksum_hex: "00" }],
    ["no hex", { ...whole, checksum_hex: "z".repeat(32) }],
    ["nothing", {}],
  ])("with %s holds no checksum to compare", (_, message) => {
    expect(entries(row(message))).toEqual([{ key, failure: expect.stringContaining("succeeded") }]);
  });

  it("takes no checksum from a task that failed, and says why it did", () => {
    expect(entries(row(whole, "failed"))[0]).not.toHaveProperty("checksum");
    const csv = `bucket,${key},,failed,404,NoSuchKey,"The key, it seems, ""is"" gone."\n`;
    expect(entries(csv)).toEqual([{ key, failure: 'failed 404 NoSuchKey The key, it seems, "is" gone.' }]);
  });

  it("that is no CSV is refused, and an empty one is empty", () => {
    expect(() => entries('bucket,"unfinished')).toThrow("not CSV");
    expect(entries("")).toEqual([]);
  });
});
