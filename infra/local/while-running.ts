const LINE_MS = 10_000;

/** Writes a line every ten seconds as long as the work goes on: somebody waits and wonders. */
export async function whileRunning<Result>(
  label: string,
  work: Promise<Result>,
  write: (line: string) => void,
  everyMs: number = LINE_MS,
): Promise<Result> {
  const began = performance.now();
  const timer = setInterval(() => {
    write(`${label} is still running, for ${Math.round((performance.now() - began) / 1000)} s now`);
  }, everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
