import { z } from 'zod';
import { eventOutcomes } from '../../domain/directory/contact-events';
import { cursor, id, limit, timestamp } from './common';

export const callbackQuery = z.object({
  state: z.enum(['waiting', 'processed', 'failed', 'all']).default('all'),
  kind: z.string().min(1).max(140).optional().meta({ example: 'change_contact/update_user' }),
  cursor,
  limit,
});

export const callback = z
  .object({
    eventId: id,
    appId: id.nullable().meta({ description: 'null: the callback of the contacts.' }),
    kind: z.string().meta({ example: 'change_contact/create_user' }),
    deliveries: z.int().meta({ description: 'How often WeCom delivered it.' }),
    receivedAt: timestamp,
    processedAt: timestamp.nullable(),
    outcome: z.enum(eventOutcomes).nullable(),
    attempts: z.int(),
  })
  .meta({ id: 'Callback', description: 'What WeCom told, without whom it is about.' });

export const callbackSummary = z
  .object({
    lastReceivedAt: timestamp.nullable(),
    total: z.int(),
    waiting: z.int().meta({ description: 'Received and not yet looked into.' }),
    oldestWaitingAt: timestamp.nullable(),
    failed: z.int(),
    repeated: z.int().meta({ description: 'Deliveries beyond the first of each event.' }),
    kinds: z.array(z.object({ kind: z.string(), events: z.int(), waiting: z.int() })),
    outcomes: z.record(z.string(), z.int()),
  })
  .meta({ id: 'CallbackSummary', description: 'Of the last 30 days, and all that still wait.' });
