import type { MessageTemplate, RuleOptions } from '../domain/messages/message';
import type { Database } from './database';
import type { Prisma } from './generated/client';

export type RuleTarget = {
  readonly id: string;
  readonly corpId: string;
  readonly corpName: string;
  readonly appId: string;
  readonly appName: string;
  readonly hasCallback: boolean;
  readonly template: MessageTemplate;
};

export type RuleRecord = {
  readonly id: string;
  readonly name: string;
  /** "all", or the module of its events. */
  readonly source: string;
  readonly order: number;
  readonly isEnabled: boolean;
  readonly options: RuleOptions;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Empty once every app it named was removed. */
  readonly targets: readonly RuleTarget[];
};

export type NewRuleTarget = {
  readonly corpId: string;
  readonly appId: string;
  readonly template: MessageTemplate;
};

export type NewRule = {
  readonly name: string;
  readonly source: string;
  /** Left out: after all others. */
  readonly order?: number | undefined;
  readonly isEnabled: boolean;
  readonly options: RuleOptions;
  readonly targets: readonly NewRuleTarget[];
  /** Id of the console user or API token. */
  readonly createdBy: string;
};

/** `undefined` leaves a part as it is. */
export type RuleChange = { readonly [K in keyof Omit<NewRule, 'createdBy'>]?: NewRule[K] | undefined };

export interface MessageRuleStore {
  /** In the order in which they have their turn. */
  list(): Promise<RuleRecord[]>;
  find(ruleId: string): Promise<RuleRecord | undefined>;
  create(rule: NewRule): Promise<RuleRecord>;
  /** One version more. */
  change(ruleId: string, change: RuleChange): Promise<RuleRecord | undefined>;
  /** Pushes made by it go on, and keep its name. */
  remove(ruleId: string): Promise<boolean>;
  /** Those not named follow in the order they had. Returns the ids that are no rules; then nothing was changed. */
  arrange(ruleIds: readonly string[]): Promise<string[]>;
}

const withTargets = {
  targets: {
    orderBy: { position: 'asc' },
    include: {
      corp: { select: { name: true } },
      app: { select: { name: true, callbackTokenEnc: true, callbackAesEnc: true } },
    },
  },
} satisfies Prisma.MessageRuleInclude;

type RuleRow = Prisma.MessageRuleGetPayload<{ include: typeof withTargets }>;

/** As events find them. */
const inOrder = [
  { order: 'asc' },
  { createdAt: 'asc' },
  { id: 'asc' },
] satisfies Prisma.MessageRuleOrderByWithRelationInput[];

const usualOptions: RuleOptions = { onTooLong: 'cut', quietHours: null, digest: null };

/** Room for somebody who sets orders by hand. */
const orderStep = 10;

export function createMessageRuleStore({ prisma }: Pick<Database, 'prisma'>): MessageRuleStore {
  const liveRules = (tx: Prisma.TransactionClient) =>
    tx.messageRule.findMany({
      where: { deletedAt: null },
      orderBy: inOrder,
      select: { id: true, order: true },
    });

  return {
    async list() {
      const rows = await prisma.messageRule.findMany({
        where: { deletedAt: null },
        orderBy: inOrder,
        include: withTargets,
      });
      return rows.map(toRule);
    },

    async find(ruleId) {
      const row = await prisma.messageRule.findFirst({
        where: { id: ruleId, deletedAt: null },
        include: withTargets,
      });
      return row === null ? undefined : toRule(row);
    },

    create: ({ targets, order, options, ...rule }) =>
      prisma.$transaction(async (tx) => {
        const last = (await liveRules(tx)).at(-1)?.order ?? 0;
        const row = await tx.messageRule.create({
          data: {
            ...rule,
            order: order ?? last + orderStep,
            options: toJson(options),
            targets: { create: targets.map(toTargetRow) },
          },
          include: withTargets,
        });
        return toRule(row);
      }),

    change: (ruleId, { targets, options, name, source, order, isEnabled }) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.messageRule.updateMany({
          where: { id: ruleId, deletedAt: null },
          data: {
            ...(name === undefined ? {} : { name }),
            ...(source === undefined ? {} : { source }),
            ...(order === undefined ? {} : { order }),
            ...(isEnabled === undefined ? {} : { isEnabled }),
            ...(options === undefined ? {} : { options: toJson(options) }),
            version: { increment: 1 },
          },
        });
        if (count === 0) return undefined;
        if (targets !== undefined) await replaceTargets(tx, ruleId, targets);
        const row = await tx.messageRule.findUniqueOrThrow({ where: { id: ruleId }, include: withTargets });
        return toRule(row);
      }),

    async remove(ruleId) {
      const { count } = await prisma.messageRule.updateMany({
        where: { id: ruleId, deletedAt: null },
        data: { deletedAt: new Date() },
      });
      return count > 0;
    },

    arrange: (ruleIds) =>
      prisma.$transaction(async (tx) => {
        const rules = await liveRules(tx);
        const unknown = ruleIds.filter((id) => !rules.some((rule) => rule.id === id));
        if (unknown.length > 0) return unknown;
        const rest = rules.filter(({ id }) => !ruleIds.includes(id)).map(({ id }) => id);
        for (const [index, id] of [...ruleIds, ...rest].entries()) {
          const order = (index + 1) * orderStep;
          if (rules.some((rule) => rule.id === id && rule.order === order)) continue;
          await tx.messageRule.update({ where: { id }, data: { order } });
        }
        return [];
      }),
  };
}

/** A target that stays with its app keeps its id: what is being gathered for its digest goes by it. */
async function replaceTargets(
  tx: Prisma.TransactionClient,
  ruleId: string,
  targets: readonly NewRuleTarget[],
): Promise<void> {
  const before = await tx.messageTarget.findMany({
    where: { ruleId },
    orderBy: { position: 'asc' },
    select: { id: true, appId: true },
  });
  await tx.messageTarget.deleteMany({ where: { ruleId } });
  await tx.messageTarget.createMany({
    data: targets.map((target, position) => {
      const kept = before.findIndex(({ appId }) => appId === target.appId);
      const [same] = kept === -1 ? [] : before.splice(kept, 1);
      return { ...toTargetRow(target, position), ruleId, ...(same === undefined ? {} : { id: same.id }) };
    }),
  });
}

function toTargetRow({ corpId, appId, template }: NewRuleTarget, position: number) {
  return { corpId, appId, position, template: toJson(template) };
}

/** Plain values all through, which the generated types of JSON columns can't see in an interface. */
function toJson(value: MessageTemplate | RuleOptions): Prisma.InputJsonObject {
  return { ...value } as unknown as Prisma.InputJsonObject;
}

function toRule({ targets, options, deletedAt: _, ...row }: RuleRow): RuleRecord {
  return {
    ...row,
    options: { ...usualOptions, ...(options as Partial<RuleOptions>) },
    targets: targets.map(({ id, corpId, corp, appId, app, template }) => ({
      id,
      corpId,
      corpName: corp.name,
      appId,
      appName: app.name,
      hasCallback: app.callbackTokenEnc !== null && app.callbackAesEnc !== null,
      template: template as unknown as MessageTemplate,
    })),
  };
}
