import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { memberQuery, membersQuery } from '../api/members';
import { useLanguage } from '../language/use-language';
import { useSettled } from '../parts/use-settled';

interface MemberSelectProps {
  readonly corpId: string;
  readonly label: string;
  /** A userid. */
  readonly value: string | undefined;
  readonly onChange: (userId: string | undefined) => void;
}

const typingPauseMs = 250;
const shown = 30;

/** One member, found by typing; before that the first of them, for those who only look around. */
export function MemberSelect({ corpId, label, value, onChange }: MemberSelectProps) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim(), typingPauseMs);
  const found = useQuery(membersQuery(corpId, words === '' ? {} : { q: words }, undefined, shown));
  const chosen = useQuery({
    ...memberQuery(corpId, value ?? ''),
    enabled: value !== undefined,
    retry: false,
    staleTime: 60_000,
  });
  return (
    <Select<{ value: string; label: React.ReactNode }>
      className="att-member"
      aria-label={label}
      labelInValue
      allowClear
      placeholder={label}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={found.isFetching}
      notFoundContent={t(found.isFetching ? 'people.searching' : 'people.none')}
      value={value === undefined ? null : { value, label: chosen.data?.name ?? value }}
      onChange={(entry: { value: string } | undefined) => onChange(entry?.value)}
      options={(found.data?.items ?? []).map(({ userId, name }) => ({
        value: userId,
        label: name ?? userId,
      }))}
      optionRender={({ label: name, value: userId }) => (
        <span className="pick-title">
          <span>{name}</span>
          {name !== userId && <span className="quiet small mono">{userId}</span>}
        </span>
      )}
    />
  );
}
