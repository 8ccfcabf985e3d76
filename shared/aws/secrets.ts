/** A secret that could not be read, and what AWS calls the reason. */
export class SecretUnread extends Error {
  readonly failure: string;
  constructor(message: string, failure: string) {
    super(message);
    this.failure = failure;
  }
}

export interface Secrets {
  /** The secret's current text, asked for again at every call. Throws SecretUnread when it cannot be read; never tells the text. */
  read(id: string): Promise<string>;
}
