/** Where the start speaks to a person. */
export interface Terminal {
  say(line: string): void;
  /** Runs a step and shows it when it takes long. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}
