import fsPromises from "node:fs/promises";

/** So often a clock may be set. */
export const mostJumps = 400;

/**
 * Sets the clock of this thread by a table that all threads share: [jumps, at, offset, at, offset, …]. Files that were
 * written after a jump are as old as their writers took the time to be. Timers run on as they do.
 */
export function moveClock(clock) {
  const Real = Date;
  const offsetAt = (real) => {
    for (let n = clock[0] - 1; n >= 0; n--) if (real >= clock[1 + 2 * n]) return clock[2 + 2 * n];
    return 0;
  };
  const now = () => {
    const real = Real.now();
    return real + offsetAt(real);
  };
  globalThis.Date = new Proxy(Real, {
    construct: (target, words, newTarget) =>
      Reflect.construct(
        target,
        words.length === 0 ? [now()] : words,
        newTarget === globalThis.Date ? target : newTarget,
      ),
    apply: () => new Real(now()).toString(),
    get: (target, name, receiver) =>
      name === "now" ? now : Reflect.get(target, name, receiver === globalThis.Date ? target : receiver),
  });
  ageFiles((found) => {
    const real = Number(found.mtimeMs);
    const moved = new Real(real + offsetAt(real));
    Object.defineProperty(found, "mtime", { value: moved });
    Object.defineProperty(found, "mtimeMs", {
      value: typeof found.mtimeMs === "bigint" ? BigInt(moved.getTime()) : moved.getTime(),
    });
    return found;
  });
}

function ageFiles(age) {
  for (const name of ["stat", "lstat"]) {
    const look = fsPromises[name];
    fsPromises[name] = async (...words) => age(await look(...words));
  }
  const open = fsPromises.open;
  fsPromises.open = async (...words) => {
    const file = await open(...words);
    const look = file.stat.bind(file);
    file.stat = async (...options) => age(await look(...options));
    return file;
  };
}
