import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

/**
 * `npm test` needs nothing but Node and npm, and takes minutes. Five kinds of suites have scripts of their own:
 * `*.kill.test.ts` (test:kill) kill, damage, race and overload programs, requests and jobs, and follow what comes of it.
 * `*.tools.test.ts` (test:tools) compare with programs of the machine: qemu-img, openstack, glance, Swift; a
 * missing program is a failure. `*.reference.test.ts` (test:reference) compare with the real Glance and Keystone
 * of test/reference/stack/up.sh. `*.long.test.ts` (test:long) move gigabytes or kill the runtime again and again.
 * `*.hostile.test.ts` (test:hostile) send bad input, alone on the machine: it judges how long answers take.
 */
const suites = {
  kill: "**/*.kill.test.ts",
  tools: "**/*.tools.test.ts",
  reference: "**/*.reference.test.ts",
  long: "**/*.long.test.ts",
  hostile: "**/*.hostile.test.ts",
};
const suite = process.env.TEST_SUITE as keyof typeof suites | undefined;
const include = [suite ? suites[suite] : "{test,infra/local-aws/test}/**/*.test.ts"];

/**
 * Files of `npm test` that share processes, where each module is loaded once: that saves half a second of processor
 * time a file. Those that replace modules, which others have loaded already, have a process of their own.
 */
const sharing = globSync("{test,infra/local-aws/test}/**/*.test.ts").filter(
  (path) => !readFileSync(path, "utf8").includes("vi.mock("),
);

const exclude = ["**/node_modules/**", "**/.mutation/**", ...(suite ? [] : Object.values(suites))];

export default defineConfig({
  test: {
    // Projects add to what is here.
    ...(suite && { include }),
    exclude,
    // Units and contracts reach no other machine.
    setupFiles: suite ? [] : ["test/network-guard.ts"],
    globalSetup: suite === "tools" || suite === "reference" ? ["test/clients/preloaded/setup.ts"] : [],
    // Shared machines are noisy: a second try, there alone. It can hide a test that fails now and then.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: suite ? 900_000 : 90_000,
    hookTimeout: suite ? 900_000 : 120_000,
    // One at a time with the real servers: the reference Glance does not take several writers. With two
    // at once `npm test` left a sixth of two cores idle, as starts wait for each other.
    maxWorkers: suite === "reference" ? 1 : suite ? 2 : 3,
    sequence: { sequencer: LongestFirst },
    ...(!suite && {
      projects: [
        { extends: true, test: { name: "shared", isolate: false, include: sharing } },
        { extends: true, test: { name: "alone", include, exclude: sharing } },
      ],
    }),
  },
});
