import { defineConfig } from "vitest/config";

/** The tests that judge mutants: those that need no emulator, no server and no program, and are soon done. */
export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "**/*.{tools,long,hostile}.test.ts",
      // Of the clients and the ingress, which mutate nothing here.
      "test/unit/{client,ingress,functions,http,local}/**",
    ],
    testTimeout: 30_000,
    maxWorkers: 1,
  },
});
