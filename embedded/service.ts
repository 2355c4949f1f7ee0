/** A server process of somebody else's making that runs beside ours. */
export interface RunningService {
  readonly pid: number;
  /** Resolves with the reason when the process has ended, for whatever cause. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** The service can't run here, and trying again will not help. */
export class ServiceUnusableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceUnusableError';
  }
}

export type ServiceSpec =
  | {
      readonly service: 'postgres';
      readonly dataDir: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      readonly logFile: string;
      /** false: nothing is worth keeping, so nothing waits for the disk. */
      readonly durable: boolean;
    }
  | {
      readonly service: 'temporal';
      readonly binary: string;
      readonly dataDir: string;
      readonly port: number;
      readonly uiPort: number;
      readonly logFile: string;
      /** false: nothing is worth keeping, so nothing is written to the disk. */
      readonly durable: boolean;
    };

export type PostgresSpec = Extract<ServiceSpec, { service: 'postgres' }>;
export type TemporalSpec = Extract<ServiceSpec, { service: 'temporal' }>;

export function postgresUrl({ user, password, port, database }: PostgresSpec): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}
