import type { OperationName } from "../../shared/routes.ts";
import { audit } from "./audit.ts";
import type { Description } from "./description.ts";
import { discovery } from "./discovery.ts";
import { identityCredentials } from "./identity-credentials.ts";
import { identityProjects } from "./identity-projects.ts";
import { identityRoles } from "./identity-roles.ts";
import { identityTokens } from "./identity-tokens.ts";
import { identityUsers } from "./identity-users.ts";
import { imageData } from "./image-data.ts";
import { images } from "./images.ts";
import { members } from "./members.ts";
import { recovery } from "./recovery.ts";
import { transfers } from "./transfers.ts";

/** What is said of each operation of the route table: the compiler misses those of which nothing is. */
export const descriptions: Readonly<Record<OperationName, Description>> = {
  ...discovery,
  ...images,
  ...imageData,
  ...transfers,
  ...members,
  ...recovery,
  ...audit,
  ...identityTokens,
  ...identityUsers,
  ...identityProjects,
  ...identityRoles,
  ...identityCredentials,
};
