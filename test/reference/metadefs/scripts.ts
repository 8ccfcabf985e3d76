import type { Script } from "../differential/script.ts";
import { clearNamespaces } from "./catalogue.ts";
import { bodies } from "./scripts/bodies.ts";
import { conflicts } from "./scripts/conflicts.ts";
import { contents } from "./scripts/contents.ts";
import { lists } from "./scripts/lists.ts";
import { lives } from "./scripts/lives.ts";
import { malformedBodies } from "./scripts/malformed.ts";
import { matrix } from "./scripts/matrix.ts";
import { names } from "./scripts/names.ts";
import { paths } from "./scripts/paths.ts";
import { shapes } from "./scripts/shapes.ts";

const all: readonly Script[] = [
  ...shapes,
  ...lists,
  ...contents,
  ...conflicts,
  ...paths,
  ...malformedBodies,
  ...names,
  ...bodies,
  ...lives,
  ...matrix,
];

/** Each cleans up behind itself: lists cost the more the more namespaces there are. */
export const scripts: readonly Script[] = all.map((script) => ({
  ...script,
  run: async (session) => {
    try {
      await script.run(session);
    } finally {
      await clearNamespaces(session);
    }
  },
}));
