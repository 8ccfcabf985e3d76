import type { Script } from "./script.ts";
import { create } from "./scripts/create.ts";
import { discovery } from "./scripts/discovery.ts";
import { errors } from "./scripts/errors.ts";
import { life } from "./scripts/life.ts";
import { lists } from "./scripts/lists.ts";
import { matrix } from "./scripts/matrix.ts";
import { members } from "./scripts/members.ts";
import { patches } from "./scripts/patch.ts";
import { paths } from "./scripts/paths.ts";
import { random } from "./scripts/random.ts";
import { unusual } from "./scripts/unusual.ts";

/** Lists first: they cost the less the fewer images there are. */
export const scripts: readonly Script[] = [
  ...lists,
  ...members,
  ...life,
  ...discovery,
  ...paths,
  ...errors,
  ...create,
  ...patches,
  ...random,
  ...unusual,
  ...matrix,
];
