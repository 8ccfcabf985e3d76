import { expect, it, vi } from "vitest";
import { reportFullDisk } from "../full-disk.ts";
import { explained } from "../start-failure.ts";

const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: something, open '${path}'`), { code, ...(path && { path }) });

it.each([
  [systemError("ENOSPC", "/home/s3/x"), /^\/home\/s3\/x: the disk is full: .*\(ENOSPC\)$/],
  [systemError("EACCES", "/home/kms"), /^\/home\/kms: this user may not use it: .*chown/],
  [systemError("EROFS"), /^\/home: it is on a read-only file system/],
  [systemError("EISDIR", "/home/lock"), /^\/home\/lock: a folder is where a file should be/],
  [
    new Error("cannot open", { cause: new Error("IO error: /home/dynamodb/7.log: No space left on device") }),
    /^\/home: the disk is full/,
  ],
  [new Error("two\n  lines"), /^two lines$/],
  ["thrown text", /^thrown text$/],
])("%s is told in one line that says what to do", (error, text) => {
  expect(explained(error, "/home")).toMatch(text);
  expect(explained(error, "/home")).not.toContain("\n");
});

it("a full disk is told on the terminal once in a minute, however many calls fail", () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const now = Date.now();
    for (let call = 0; call < 50; call += 1)
      expect(reportFullDisk(systemError("ENOSPC", "/home/s3/x"), "/home", {}, now)).toBe(true);
    expect(reportFullDisk(systemError("EACCES", "/home/s3/x"), "/home", {}, now)).toBe(false);
    expect(said.mock.calls).toEqual([[expect.stringMatching(/^The disk is full: .*\/home\/s3\/x[^\n]*\n$/)]]);
    reportFullDisk(systemError("ENOSPC"), "/home", {}, now + 61_000);
    expect(said.mock.calls).toHaveLength(2);
  } finally {
    said.mockRestore();
  }
});

it("the app's own advice is added where it helps", () => {
  const advice = { otherFolder: "name another one", room: "Empty the bin." };
  expect(explained(systemError("EROFS"), "/home", advice)).toBe(
    "/home: it is on a read-only file system: make that writable, or name another one (EROFS)",
  );
  expect(explained(systemError("EIO"), "/home", advice)).not.toContain("another one");
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  reportFullDisk(systemError("ENOSPC"), "/home", advice, Date.now() + 600_000);
  expect(said.mock.calls.flat().join("")).toContain("Free some space there. Empty the bin. (ENOSPC");
  said.mockRestore();
});
