import { defineConfig } from "vitest/config";

/**
 * `npm test` needs nothing but Node and npm. Suites named `*.tools.test.ts` compare with programs of the machine
 * (qemu-img, openstack, glance, Swift) and run with `npm run test:tools`, where a missing program is a failure.
 */
const tools = "test/**/*.tools.test.ts";
const withTools = process.env.TEST_TOOLS === "1";

export default defineConfig({
  test: {
    include: withTools ? [tools] : ["test/**/*.test.ts"],
    exclude: withTools ? [] : [tools],
    testTimeout: withTools ? 600_000 : 30_000,
    hookTimeout: withTools ? 600_000 : 60_000,
    maxWorkers: withTools ? 1 : 2,
  },
});
