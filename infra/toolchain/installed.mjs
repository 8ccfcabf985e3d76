// Whether node_modules is what package-lock.json says, by npm's own record of what it has installed.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Undefined for a file that is not there, or cannot be read as JSON: npm was never here, or was killed. */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * True when each package of the lock file is installed with its very content. Optional ones may be missing: npm leaves
 * out those of other platforms. npm writes its record (`node_modules/.package-lock.json`, npm's documentation of
 * package-lock.json, "hidden lockfiles") when all else is done, and `npm ci` removes it first.
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const there = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || there === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === "") return true;
    const found = Object.hasOwn(there, path) ? there[path] : undefined;
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}
