import { describe, expect, it } from "vitest";
import {
  findingIdOf,
  findingsDocument,
  findingsQuery,
} from "../../../../shared/images/wire/finding-document.ts";

const id = `hash-mismatch.${"0".repeat(32)}`;
const query = (text: string) => findingsQuery(new URLSearchParams(text));

describe("a query for findings", () => {
  it("asks for 100 unless it says how many, and never for more than 1,000", () => {
    expect(query("")).toEqual({ limit: 100 });
    expect(query("limit=7")).toEqual({ limit: 7 });
    expect(query("limit=123456789")).toEqual({ limit: 1000 });
  });

  it("goes on after a finding, in one state", () => {
    expect(query(`marker=${id}&state=acknowledged`)).toEqual({
      limit: 100,
      after: id,
      state: "acknowledged",
    });
  });

  it.each([
    ["limit=0", "limit must be a whole number"],
    ["limit=-1", "limit must be a whole number"],
    ["limit=1e3", "limit must be a whole number"],
    ["limit=", "limit must be a whole number"],
    ["state=", "state must be one of: open, mended, quarantined, acknowledged"],
    ["state=Open", "state must be one of"],
    ["marker=1", "Expected the id of a finding"],
    ["status=open", "'status' is none of limit, marker, state"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => query(text)).toThrow(message);
  });
});

it.each(["", "x", `${id}0`, id.toUpperCase(), `../${id}`, `a#b.${"0".repeat(32)}`])(
  "%j is no finding's id",
  (text) => {
    expect(() => findingIdOf(text)).toThrow("Expected the id of a finding");
  },
);

it("a page links to the next with the same filter, and the last to none", () => {
  const asked = new URLSearchParams("state=open&limit=2");
  expect(findingsDocument({ findings: [], next: id }, asked)).toEqual({
    findings: [],
    next: `/v2/audit/findings?state=open&limit=2&marker=${id}`,
  });
  expect(findingsDocument({ findings: [] }, asked)).toEqual({ findings: [] });
});
