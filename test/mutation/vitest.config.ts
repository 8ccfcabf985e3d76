import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { QuickestFirst } from "./quickest-first.ts";

const exclude = [
  "**/node_modules/**",
  "**/*.{kill,tools,long,hostile}.test.ts",
  // Of the clients and the ingress, which mutate nothing here.
  "test/unit/{client,ingress,functions,http,local}/**",
  // Needs the guard that it tests.
  "test/unit/network-guard.test.ts",
  // Seconds each, which every mutant that survives would take again.
  "test/unit/images/operations/large-transfers.test.ts",
  "test/unit/upkeep/{audit-deep-again,reaper/brake}.test.ts",
];
/** A mocked module stays mocked for the files behind it, where they share a worker. */
const mocking = globSync("test/unit/**/*.test.ts").filter((file) =>
  readFileSync(file, "utf8").includes("vi.mock("),
);

/**
 * The tests that judge mutants: those that need no emulator, no server and no program, and are soon done. Files share
 * one worker, and so the modules that they import: a worker for each takes longer to start than most take to run.
 */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    maxWorkers: 1,
    sequence: { sequencer: QuickestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "sharing",
          include: ["test/unit/**/*.test.ts"],
          exclude: [...exclude, ...mocking],
          isolate: false,
        },
      },
      { extends: true, test: { name: "mocking", include: mocking, exclude } },
    ],
  },
});
