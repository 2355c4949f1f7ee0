import { Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import type { Logger } from 'pino';
import { bridgeSearchAttributes } from '../workflows/search-attributes';

/** Shorter, and ended runs vanish from the Temporal UI while people still ask about them. */
const retention = '30 days';

/** Values of gRPC and of Temporal's API, which their packages publish as types only or under changing names. */
const grpcAlreadyExists = 6;
const grpcNotFound = 5;
const indexedValueKeyword = 2;

/**
 * Creates the namespace where it is missing, registers the search attributes and sets the retention. A managed server
 * may refuse; then its administrator does this, and the worker goes on.
 */
export async function ensureNamespace(
  connectionOptions: ConnectionOptions,
  namespace: string,
  logger: Logger,
): Promise<void> {
  const connection = await Connection.connect(connectionOptions);
  try {
    await createWhereMissing(connection, namespace);
    await attempt(logger, 'the retention of the namespace could not be set', () =>
      setRetention(connection, namespace),
    );
    await attempt(logger, 'the search attributes could not be registered', () =>
      registerSearchAttributes(connection, namespace),
    );
  } finally {
    await connection.close();
  }
}

async function createWhereMissing(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!hasCode(error, grpcNotFound)) throw error;
    try {
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: msToTs(retention),
      });
    } catch (refusal) {
      // Another worker that starts at the same time was first.
      if (!hasCode(refusal, grpcAlreadyExists)) throw refusal;
    }
  }
}

async function setRetention(connection: Connection, namespace: string): Promise<void> {
  const wanted = msToTs(retention);
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) === Number(wanted.seconds)) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: wanted },
  });
}

async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = bridgeSearchAttributes.filter(({ name }) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name }) => [name, indexedValueKeyword])),
    });
  } catch (error) {
    if (!hasCode(error, grpcAlreadyExists)) throw error;
  }
}

async function attempt(logger: Logger, problem: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.warn({ err: error }, problem);
  }
}

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && (error.code as number) === code;
}
