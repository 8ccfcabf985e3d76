export interface Secrets {
  /** The secret's current text, asked for again at every call. Throws when it cannot be read; never tells the text. */
  read(id: string): Promise<string>;
}
