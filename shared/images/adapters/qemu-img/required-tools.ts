import { spawnSync } from "node:child_process";

/** Programs that conversions need, and the packages of Debian that have them. */
const tools = [
  ["qemu-img", "qemu-utils"],
  ["prlimit", "util-linux"],
  ["setpriv", "util-linux"],
] as const;

/** What is missing of the programs that conversions need, in a sentence that says what to do; undefined when all is there. */
export function missingTools(): string | undefined {
  const missing = tools.filter(([program]) => spawnSync(program, ["--version"], { stdio: "ignore" }).error);
  if (missing.length === 0) return undefined;
  const names = missing.map(([program]) => program).join(" and ");
  const packages = [...new Set(missing.map(([, name]) => name))].join(" ");
  const are = missing.length === 1 ? "is" : "are";
  return `image_conversion needs ${names}, which ${are} not installed here: install it (apt install ${packages}; there is none but on Linux), or leave image_conversion out of image_import_plugins`;
}
