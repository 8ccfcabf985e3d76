/** The image API refused a call; the message is its own text. Trying the same again does not help. */
export class UploadRefused extends Error {
  override readonly name = "UploadRefused";
  readonly status: number;
  constructor(status: number, reason: string) {
    super(reason === "" ? `the image API answered ${status}` : reason);
    this.status = status;
  }
}

/**
 * A host did not answer, or answered so that a repeat may help, and all repeats are used up. Browsers do not tell
 * scripts more: a refusal by CORS looks the same. What is stored stays; upload the same file again to go on.
 */
export class UploadInterrupted extends Error {
  override readonly name = "UploadInterrupted";
}

/** The page called `abort()`. */
export class UploadAborted extends Error {
  override readonly name = "UploadAborted";
  constructor() {
    super("the upload was aborted");
  }
}
