import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("every server of the local runtime is a bounded one", () => {
  const root = join(import.meta.dirname, "../..");
  const sources = ["infra", "functions", "client", "shared"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name) && !entry.parentPath.includes("/test"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const own = sources.filter((file) =>
    /createServer[^;]*from "node:https?"|https?\.createServer/.test(readFileSync(file, "utf8")),
  );
  expect(own.map((file) => file.slice(root.length + 1)).sort()).toEqual([
    // Bounded by its own limits (test/ingress/connections.test.ts).
    "client/ingress/http-server.ts",
    "infra/local-aws/bounded-server.ts",
  ]);
});
