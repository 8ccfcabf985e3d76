import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Each of these starts programs, which takes seconds where a line of another test takes microseconds. */
const startsPrograms = /startRuntime|createMachine|startWorld|prepareClone|allJobs|crash-points/;
const weightOfPrograms = 100;

/**
 * Files that take long start first, so that the end does not wait for one of them. What the machine measured at the
 * last run counts; a fresh clone has measured nothing, and goes by what a file starts and by its length.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const results = files.map((file) => this.ctx.cache.getTestSpecificationResult(file));
    if (results.every((result) => result !== undefined)) return super.sort(files);
    return files
      .map((file) => ({ file, weight: weightOf(readFileSync(file.moduleId, "utf8")) }))
      .sort((one, other) => other.weight - one.weight)
      .map(({ file }) => file);
  }
}

const weightOf = (source: string): number =>
  source.length * (startsPrograms.test(source) ? weightOfPrograms : 1);
