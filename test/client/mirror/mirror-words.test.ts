import { expect, it } from "vitest";
import { type GivenMirror, mirrorWords } from "../../../client/commands/mirror.ts";
import { parsedCommand } from "../parsed-command.ts";

const all: Required<GivenMirror> = {
  only: ["Debian 12", "-x"],
  tag: "ours",
  latest: true,
  hide: true,
  keep: "2",
  unverified: true,
  store: ["a", "b"],
  parallel: "8",
  dryRun: true,
};

it.each<GivenMirror>([all, {}, { keep: "0" }, { dryRun: true }])(
  "a mirror that is interrupted is gone on with as it was asked for: %j",
  async (given) => {
    const paths = ["images.yaml", "more images"];
    // What all commands take is the caller's own.
    const words = mirrorWords(paths, { ...given, ...{ json: true, osCloud: "x" } });
    expect(await parsedCommand(words)).toEqual({ argument: paths, options: given });
  },
);
