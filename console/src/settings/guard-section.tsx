import { Form, InputNumber } from 'antd';
import type { LimitName } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { MemberPicker } from './people-pickers';
import { Section } from './section';
import { ChoiceField, CustomField, nameOf } from './setting-fields';

const limits: readonly { readonly name: LimitName; readonly unit: 'people' | 'departments' | 'percent' }[] = [
  { name: 'maxDecrease', unit: 'people' },
  { name: 'maxDeletes', unit: 'people' },
  { name: 'maxDisables', unit: 'people' },
  { name: 'maxDeletePercent', unit: 'percent' },
  { name: 'maxBranchPercent', unit: 'percent' },
  { name: 'maxDepartmentDeletes', unit: 'departments' },
  { name: 'maxMoves', unit: 'people' },
  { name: 'maxCleared', unit: 'people' },
];

export function GuardSection({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  return (
    <Section name="guard">
      <ChoiceField path="push.guard.onExceed" values={['hold-risky', 'stop']} recommended="hold-risky" />
      <p className="set-after">{t('set.guard.raise')}</p>
      {limits.map((limit) => (
        <Limit key={limit.name} {...limit} />
      ))}
      <Limit name="percentFrom" unit="people" />
      <div className="set-gap" />
      <CustomField path="push.guard.protectedUsers">
        <MemberPicker corpId={corpId} />
      </CustomField>
    </Section>
  );
}

interface LimitProps {
  readonly name: LimitName | 'percentFrom';
  readonly unit: 'people' | 'departments' | 'percent';
}

function Limit({ name, unit }: LimitProps) {
  const { t } = useLanguage();
  const path = `push.guard.${name}` as const;
  const value = Form.useWatch<number | null | undefined>(nameOf(path));
  const isLimit = name !== 'percentFrom';
  return (
    <div className="set-row">
      <div className="set-row-words">
        <div className="set-label">{t(`set.${path}`)}</div>
        <div className="set-about">{t(`set.${path}.about`)}</div>
        {isLimit && value === null && name !== 'maxMoves' && (
          <span className="small">
            <Mark tone="warn">{t('set.guard.unlimited')}</Mark>
          </span>
        )}
        {isLimit && value === 0 && <span className="small quiet">{t('set.guard.zero')}</span>}
      </div>
      <Form.Item
        name={nameOf(path)}
        className="set-row-control"
        rules={isLimit ? [] : [{ required: true, message: t('form.required') }]}
      >
        <InputNumber
          aria-label={t(`set.${path}`)}
          min={0}
          {...(unit === 'percent' ? { max: 100 } : {})}
          precision={0}
          suffix={unit === 'percent' ? '%' : t(`set.guard.${unit}`)}
          {...(isLimit ? { placeholder: t('set.unlimited') } : {})}
          className="set-number"
        />
      </Form.Item>
    </div>
  );
}
