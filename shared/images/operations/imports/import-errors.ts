/** An import that comes to nothing, with a sentence for whoever asked for it. Must hold no secret of a URL. */
export class ImportFailed extends Error {}

/** Nothing vouches for a signature that came while the bytes were under way. */
export class SignatureChanged extends ImportFailed {
  constructor() {
    super("The image's properties of a signature were changed during its import: import it again.");
  }
}

/** The image is deleted, or another import has it: what this one has brought is for nobody. */
export class ImportLost extends Error {}

/** The task is over, or there is none: somebody else has ended it, and all that belongs to it. */
export class ImportOver extends Error {}
