import { GlanceError } from "../../errors.ts";
import { RevisionConflict } from "../ports/image-store.ts";

/** A refusal that no repetition changes: neither a service that fails, nor a race that was lost and is decided again. */
export const isRefusal = (error: unknown): error is GlanceError =>
  error instanceof GlanceError && error.status < 500 && !(error instanceof RevisionConflict);
