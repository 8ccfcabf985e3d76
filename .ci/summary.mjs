// End of .ci/run: out of the records of its steps and the reports of its suites, how long each took, which tests
// passed only at a second try, what failed and with which words. The last line is `N passed, N failed`.
//   node .ci/summary.mjs RESULTS   (plain Node 20, no package)
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = resolve(import.meta.dirname, "..");
const shownLines = 6;

/** One line a step or suite, as .ci/run writes it: kind, name, exit code, seconds. */
const readRecords = (folder) =>
  readFileSync(join(folder, "records.tsv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([kind, name, status, seconds]) => ({
      kind,
      name,
      status: Number(status),
      seconds: Number(seconds),
    }));

const readText = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** What an error says, without its stack but for the line of the project that it comes from. */
function firstWords(message) {
  const lines = stripVTControlCharacters(message).split("\n");
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  const said = (stack === -1 ? lines : lines.slice(0, stack)).filter((line) => line.trim() !== "");
  const place =
    stack === -1 ? undefined : lines.slice(stack).find((line) => !/node_modules|node:/.test(line));
  return [...said.slice(0, shownLines), ...(place ? [place.trim()] : [])];
}

function outcomeOfStep({ name, status }, folder) {
  if (status === 0) return { passed: 1, failed: [], secondTries: [] };
  const lastLines = stripVTControlCharacters(readText(join(folder, `${name}.log`)))
    .trim()
    .split("\n")
    .slice(-15);
  return { passed: 0, failed: [{ name, words: [`ended with ${status}`, ...lastLines] }], secondTries: [] };
}

/** A test that did not run is a failure, and so is a file that broke outside its tests. */
function outcomeOfSuite({ name, status }, folder) {
  const text = readText(join(folder, `${name}.json`));
  if (text === "")
    return {
      passed: 0,
      failed: [{ name, words: [`ended with ${status}, without a report`] }],
      secondTries: [],
    };
  const files = JSON.parse(text).testResults;
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({
      ...test,
      name: `${name}: ${relative(root, file.name)} > ${test.fullName}`,
    })),
  );
  const failed = tests
    .filter((test) => test.status !== "passed")
    .map((test) => ({
      name: test.name,
      words:
        test.status === "failed" ? firstWords(test.failureMessages[0] ?? "") : [`not run (${test.status})`],
    }));
  const broken = files
    .filter(
      (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
    )
    .map((file) => ({ name: `${name}: ${relative(root, file.name)}`, words: firstWords(file.message) }));
  const passed = tests.filter((test) => test.status === "passed");
  const all = [...failed, ...broken];
  if (status !== 0 && all.length === 0)
    all.push({ name, words: [`ended with ${status}, though no test failed`] });
  return {
    passed: passed.length,
    failed: all,
    secondTries: passed
      .filter((test) => test.failureMessages.length > 0)
      .map((test) => ({ name: test.name, words: firstWords(test.failureMessages[0]) })),
  };
}

const indented = (words) => words.map((word) => `    ${word}`);

function summary(folder) {
  const outcomes = readRecords(folder).map((record) => ({
    ...record,
    ...(record.kind === "suite" ? outcomeOfSuite : outcomeOfStep)(record, folder),
  }));
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  const times = outcomes.map(
    ({ name, passed, failed, seconds }) =>
      `${name.padEnd(width)} ${String(seconds).padStart(6)} s ${String(passed).padStart(6)} passed ${String(failed.length).padStart(4)} failed`,
  );
  const secondTries = outcomes.flatMap((outcome) => outcome.secondTries);
  const failed = outcomes.flatMap((outcome) => outcome.failed);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const lines = [
    ...times,
    ...secondTries.flatMap(({ name, words }) => [`passed at a second try: ${name}`, ...indented(words)]),
    ...failed.flatMap(({ name, words }) => [`FAILED: ${name}`, ...indented(words)]),
    `${passed} passed, ${failed.length} failed`,
  ];
  return { text: lines.join("\n"), isGreen: failed.length === 0 };
}

const { text, isGreen } = summary(process.argv[2]);
console.log(text);
process.exitCode = isGreen ? 0 : 1;
