import { expect, it } from "vitest";
import { whileRunning } from "../../../infra/local/while-running.ts";

it("says now and then that a long job goes on, and nothing of a short one", async () => {
  const lines: string[] = [];
  let end: (value: string) => void = () => {};
  const work = new Promise<string>((resolve) => {
    end = resolve;
  });
  const told = (line: string) => {
    lines.push(line);
    if (lines.length === 3) end("done");
  };
  expect(await whileRunning("auditor-deep", work, told, 5)).toBe("done");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^auditor-deep is still running, for \d+ s now$/);
  await expect(whileRunning("x", Promise.reject(new Error("no")), told, 1)).rejects.toThrow("no");
  expect(lines).toHaveLength(3);
});
