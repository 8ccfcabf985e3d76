import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The package that a bundled file is of: its folder, whatever lies deeper; undefined for a file of our own. */
const packageFolder = (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];

const isLicence = (name) => /^(licen[cs]e|copying|notice)/i.test(name);

/** Packages whose authors name the MIT licence in package.json, and publish no text of it anywhere. */
const statedOnly = new Set(["@bomb.sh/tab"]);

const mitOf = (author) =>
  readFileSync(new URL("mit-licence.txt", import.meta.url), "utf8")
    .trim()
    .replace("{author}", author);

function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter(isLicence)
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0 && statedOnly.has(name) && license === "MIT") texts.push(mitOf(author));
  if (texts.length === 0)
    throw new Error(`${name} has no licence file: what is bundled of it may not be given on`);
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}

/**
 * Name, version and licence texts of every package whose files are in a bundle, by the paths that the bundler names,
 * seen from the current folder. Throws for a package that comes without a licence text.
 */
export function thirdPartyNotices(inputs) {
  const folders = new Set(inputs.flatMap((path) => packageFolder(path) ?? []));
  const notices = [...folders].sort().map((folder) => noticeOf(resolve(folder)));
  return `imagectl contains these packages.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}
