import { BadRequest } from "../errors.ts";

/** An image whose signature, or what it is judged by, is not good: why, in words for whoever uploads it. */
export class SignatureRefused extends BadRequest {
  readonly reason: string;
  constructor(imageId: string, reason: string) {
    super(`Signature verification failed for image ${imageId}: ${reason}`);
    this.reason = reason;
  }
}
