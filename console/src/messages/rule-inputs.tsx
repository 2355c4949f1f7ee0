import { useInfiniteQuery } from '@tanstack/react-query';
import { AutoComplete, InputNumber, Radio, Switch } from 'antd';
import { useState } from 'react';
import { eventsQuery, type QuietHours, type RuleOptions } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { ClockInput } from '../settings/clock-input';
import type { InputProps } from '../settings/setting-fields';
import { ZoneSelect } from '../settings/zone-select';

/** Those that the OA has sent events of lately. */
export function useKnownModules(): readonly string[] {
  const events = useInfiniteQuery({ ...eventsQuery({}), staleTime: 60_000 });
  return [...new Set(events.data?.pages.flatMap(({ items }) => items.map(({ module }) => module)))].sort();
}

/** Everything, or one module of the OA. */
export function SourceInput({ id, value = 'all', onChange }: InputProps<string>) {
  const { t } = useLanguage();
  const modules = useKnownModules();
  const all = value === 'all';
  return (
    <div className="msg-source">
      <Radio.Group
        className="choices"
        aria-label={t('msg.source')}
        value={all ? 'all' : 'one'}
        onChange={({ target }) => onChange?.(target.value === 'all' ? 'all' : '')}
      >
        <Radio value="all" className="choice">
          <span className="choice-title">{t('msg.source.all')}</span>
          <span className="choice-about">{t('msg.source.all.about')}</span>
        </Radio>
        <Radio value="one" className="choice">
          <span className="choice-title">{t('msg.source.module')}</span>
          <span className="choice-about">{t('msg.source.module.about')}</span>
        </Radio>
      </Radio.Group>
      {!all && (
        <AutoComplete
          {...(id === undefined ? {} : { id })}
          aria-label={t('msg.source.module')}
          className="msg-module"
          placeholder={t('msg.source.module.example')}
          value={value}
          onChange={(module: string) => onChange?.(module)}
          options={modules.map((module) => ({ value: module }))}
          showSearch={{ filterOption: true }}
        />
      )}
    </div>
  );
}

const usualQuietHours = (): QuietHours => ({ from: '22:00', to: '07:30', timezone: 'Asia/Shanghai' });

export function QuietHoursInput({ value = null, onChange }: InputProps<RuleOptions['quietHours']>) {
  const { t } = useLanguage();
  const [last, setLast] = useState(value ?? usualQuietHours());
  const change = (next: QuietHours) => {
    setLast(next);
    onChange?.(next);
  };
  return (
    <div className="set-row">
      <div className="set-row-words">
        <div className="set-label">{t('msg.quiet')}</div>
        <div className="set-about">{t('msg.quiet.about')}</div>
        {value !== null && (
          <div className="row msg-option">
            <ClockInput
              label={t('msg.quiet.from')}
              value={value.from}
              onChange={(from) => change({ ...value, from })}
            />
            <span aria-hidden>–</span>
            <ClockInput
              label={t('msg.quiet.to')}
              value={value.to}
              onChange={(to) => change({ ...value, to })}
            />
            <span className="msg-zone">
              <ZoneSelect value={value.timezone} onChange={(timezone) => change({ ...value, timezone })} />
            </span>
          </div>
        )}
      </div>
      <Switch
        aria-label={t('msg.quiet')}
        checked={value !== null}
        checkedChildren={t('set.on')}
        unCheckedChildren={t('set.off')}
        onChange={(on) => onChange?.(on ? last : null)}
      />
    </div>
  );
}

const usualMinutes = 60;
const mostMinutes = 1_440;

export function DigestInput({ value = null, onChange }: InputProps<RuleOptions['digest']>) {
  const { t } = useLanguage();
  return (
    <div className="set-row">
      <div className="set-row-words">
        <div className="set-label">{t('msg.digest')}</div>
        <div className="set-about">{t('msg.digest.about')}</div>
        {value !== null && (
          <div className="row msg-option">
            <InputNumber
              aria-label={t('msg.digest.minutes')}
              className="set-number"
              min={1}
              max={mostMinutes}
              precision={0}
              suffix={t('msg.digest.suffix')}
              value={value.everyMinutes}
              onChange={(everyMinutes) => everyMinutes !== null && onChange?.({ everyMinutes })}
            />
          </div>
        )}
      </div>
      <Switch
        aria-label={t('msg.digest')}
        checked={value !== null}
        checkedChildren={t('set.on')}
        unCheckedChildren={t('set.off')}
        onChange={(on) => onChange?.(on ? { everyMinutes: usualMinutes } : null)}
      />
    </div>
  );
}
