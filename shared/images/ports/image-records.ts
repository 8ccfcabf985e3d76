import type { Deletions } from "./deletions.ts";
import type { ImageStore } from "./image-store.ts";
import type { MemberStore } from "./member-store.ts";
import type { TransferStore } from "./transfer-store.ts";

/**
 * All that one transaction writes, as one store gives it: for whoever wires functions. Operations ask for the ports
 * that they need.
 */
export type ImageRecords = ImageStore & TransferStore & MemberStore & Deletions;
