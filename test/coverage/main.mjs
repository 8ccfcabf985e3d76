// Coverage of shared/ by the unit, contract and model tests, or by those named, by module: npm run coverage -- [FOLDER...]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const named = process.argv.slice(2);
const folders = named.length > 0 ? named : ["test/unit", "test/contract", "test/model"];
const { status } = spawnSync(
  process.execPath,
  [
    ...["node_modules/vitest/vitest.mjs", "run", ...folders],
    ...["--coverage.enabled", "--coverage.provider=v8", "--coverage.include=shared/**"],
    ...["--coverage.reporter=json-summary", "--coverage.reportOnFailure", "--reporter=dot"],
  ],
  { stdio: "inherit" },
);

const { total: _, ...files } = JSON.parse(readFileSync("coverage/coverage-summary.json", "utf8"));
const modules = new Map();
for (const [file, { lines, branches }] of Object.entries(files)) {
  const [, module = "", layer = ""] = relative(process.cwd(), file).split("/");
  const name = `shared/${module.endsWith(".ts") ? "*" : module}${layer === "" || layer.endsWith(".ts") ? "" : `/${layer}`}`;
  const sum = modules.get(name) ?? { files: 0, lines: [0, 0], branches: [0, 0] };
  modules.set(name, {
    files: sum.files + 1,
    lines: [sum.lines[0] + lines.covered, sum.lines[1] + lines.total],
    branches: [sum.branches[0] + branches.covered, sum.branches[1] + branches.total],
  });
}
const percent = ([covered, all]) => (all === 0 ? "-" : `${((100 * covered) / all).toFixed(1)} %`);
const row = (...cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(30) : cell.padStart(10))).join("");
console.log(row("module", "files", "lines", "branches"));
for (const [name, { files: count, lines, branches }] of [...modules].sort())
  console.log(row(name, String(count), percent(lines), percent(branches)));
process.exit(status ?? 1);
