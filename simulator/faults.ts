export type Fault = {
  readonly path: string;
  readonly times?: number;
  readonly rate?: number;
  readonly errcode?: number;
  readonly httpStatus?: number;
  readonly delayMs?: number;
  /** `before`: nothing happens and the connection is cut; `after`: the change happens, the answer is lost. */
  readonly drop?: 'before' | 'after';
  readonly body?: 'truncated' | 'html';
};

type ArmedFault = { readonly fault: Fault; timesLeft: number };

export class Faults {
  #armed: ArmedFault[] = [];

  arm(faults: readonly Fault[]): void {
    // A fault with neither `times` nor `rate` stays until it is cleared.
    for (const fault of faults) this.#armed.push({ fault, timesLeft: fault.times ?? Infinity });
  }

  /** The first armed fault that fits; one call meets at most one fault. */
  take(path: string): Fault | undefined {
    for (const armed of this.#armed) {
      if (armed.fault.path !== '*' && armed.fault.path !== path) continue;
      if (armed.fault.rate !== undefined && Math.random() >= armed.fault.rate) continue;
      armed.timesLeft -= 1;
      if (armed.timesLeft <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.fault;
    }
    return undefined;
  }

  list(): readonly Fault[] {
    return this.#armed.map(({ fault, timesLeft }) =>
      timesLeft === Infinity ? fault : { ...fault, times: timesLeft },
    );
  }

  clear(): void {
    this.#armed = [];
  }
}
