// `npm run -s browser-module -- FILE`: writes the uploader for web pages as one file.
import { writeFile } from "node:fs/promises";
import { bundleUploader } from "./bundle.ts";

const [file, ...others] = process.argv.slice(2);
if (file === undefined || others.length > 0) {
  console.error("usage: npm run -s browser-module -- FILE");
  process.exit(2);
}
await writeFile(file, await bundleUploader());
