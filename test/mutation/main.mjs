// Mutation runs: npm run mutation -- [MODULE...]. Without a module: all, one after another.
// MUTATION_PERCENT=N mutates N % of the lines, drawn by MUTATION_SEED, where all of them take too long.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { Stryker } from "@stryker-mutator/core";
import { drawn } from "./drawn.mjs";
import { modules } from "./modules.mjs";

const SCORES = "test/mutation/score.json";
const pick = ({ score, mutants, killed }) => ({ score, mutants, killed });
const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(modules, name));
if (unknown.length > 0) {
  console.error(`no module ${unknown.join(", ")}; there are ${Object.keys(modules).join(", ")}`);
  process.exit(2);
}

for (const name of names.length > 0 ? names : Object.keys(modules)) {
  const files = globSync(modules[name]).sort();
  const mutate = drawn(files, process.env);
  const stryker = new Stryker({
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutation/vitest.config.ts", related: true },
    mutate,
    // Types are checked by nothing here: a mutant that does not compile is judged by what it does.
    tsconfigFile: "none",
    concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
    ignoreStatic: true,
    incremental: true,
    incrementalFile: `.mutation/${name}.json`,
    tempDirName: ".mutation/sandbox",
    ignorePatterns: [".local", ".mutation"],
    reporters: ["progress-append-only", "json"],
    jsonReporter: { fileName: `.mutation/${name}.report.json` },
    timeoutMS: 10_000,
    allowEmpty: true,
  });
  const results = await stryker.runMutationTest();
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const killed = count("Killed", "Timeout");
  const survived = count("Survived", "NoCoverage");
  const scores = JSON.parse(readFileSync(SCORES, "utf8"));
  const { first: earlier, ...last } = scores[name] ?? {};
  const sample =
    process.env.MUTATION_PERCENT === undefined
      ? "all lines"
      : `${process.env.MUTATION_PERCENT} % of the lines, seed ${process.env.MUTATION_SEED ?? 1}`;
  // The same sample again: its first score stays beside the last one, so that it is seen what new tests kill.
  const first = last.sample === sample ? (earlier ?? pick(last)) : undefined;
  scores[name] = {
    score: Math.round((1000 * killed) / Math.max(1, killed + survived)) / 10,
    mutants: killed + survived,
    killed,
    survived: count("Survived"),
    uncovered: count("NoCoverage"),
    files: files.length,
    sample,
    ...(first && { first }),
  };
  writeFileSync(SCORES, `${JSON.stringify(scores, null, 2)}\n`);
  console.log(name, scores[name]);
}
