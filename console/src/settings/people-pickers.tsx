import { useQueries, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { memberQuery, membersQuery } from '../api/members';
import { oaUserChoicesQuery, oaUserQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { useSettled } from '../parts/use-settled';
import type { InputProps } from './setting-fields';

const typingPauseMs = 250;
/** Names of more people than this are not fetched one by one. */
const namedUpTo = 60;

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly about: string;
}

interface PeopleSelectProps extends InputProps<readonly string[]> {
  readonly names: ReadonlyMap<string, string>;
  readonly choices: readonly Choice[];
  readonly searching: boolean;
  readonly placeholder: string;
  readonly words: string;
  readonly onSearch: (words: string) => void;
}

function PeopleSelect(props: PeopleSelectProps) {
  const { id, value = [], onChange, names, choices, searching, placeholder, words, onSearch } = props;
  const { t } = useLanguage();
  const known = new Map([...names, ...choices.map(({ value: key, label }) => [key, label] as const)]);
  const nobody = words === '' ? 'people.type' : searching ? 'people.searching' : 'people.none';
  return (
    <Select<{ value: string; label: React.ReactNode }[]>
      {...(id === undefined ? {} : { id })}
      mode="multiple"
      labelInValue
      allowClear
      placeholder={placeholder}
      showSearch={{ filterOption: false, onSearch }}
      loading={searching}
      notFoundContent={t(nobody)}
      value={value.map((key) => ({ value: key, label: known.get(key) ?? key }))}
      onChange={(entries) => onChange?.(entries.map((entry) => entry.value))}
      options={choices.map(({ value: key, label }) => ({ value: key, label }))}
      optionRender={(option) => {
        const choice = choices.find(({ value: key }) => key === option.value);
        return (
          <span className="pick-title">
            <span>{choice?.label ?? option.label}</span>
            <span className="quiet small">{choice?.about}</span>
          </span>
        );
      }}
    />
  );
}

function useTypedWords(): readonly [settled: string, type: (words: string) => void] {
  const [typed, setTyped] = useState('');
  return [useSettled(typed.trim(), typingPauseMs), setTyped];
}

/** People of the OA, by their id there. */
export function OaPeoplePicker(props: InputProps<readonly string[]>) {
  const { t } = useLanguage();
  const [words, type] = useTypedWords();
  const found = useQuery({ ...oaUserChoicesQuery(words), enabled: words !== '' });
  return (
    <PeopleSelect
      {...props}
      names={useOaNames(props.value ?? [])}
      choices={
        words === ''
          ? []
          : (found.data ?? []).map(({ id, name, loginId, jobNumber }) => ({
              value: id,
              label: name,
              about: [loginId, jobNumber].filter(Boolean).join(' · '),
            }))
      }
      searching={found.isFetching}
      words={words}
      onSearch={type}
      placeholder={t('people.search')}
    />
  );
}

/** Undefined names are still on their way, or nobody has that id any more. */
export function useOaNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { t } = useLanguage();
  const people = useQueries({
    queries: ids.slice(0, namedUpTo).map((id) => ({ ...oaUserQuery(id), retry: false })),
  });
  return new Map(
    people.flatMap(({ data, error }, index) => {
      const id = ids[index] ?? '';
      if (data !== undefined) return [[id, data.name] as const];
      return error === null ? [] : [[id, t('people.gone', { id })] as const];
    }),
  );
}

interface MemberPickerProps extends InputProps<readonly string[]> {
  readonly corpId: string;
}

/** Members of WeCom, by their userid. */
export function MemberPicker({ corpId, ...props }: MemberPickerProps) {
  const { t } = useLanguage();
  const [words, type] = useTypedWords();
  const found = useQuery({ ...membersQuery(corpId, { q: words }, undefined, 30), enabled: words !== '' });
  const people = useQueries({
    queries: (props.value ?? []).slice(0, namedUpTo).map((userId) => ({
      ...memberQuery(corpId, userId),
      retry: false,
      staleTime: 60_000,
    })),
  });
  const names = new Map(
    people.flatMap(({ data, error }, index) => {
      const userId = props.value?.[index] ?? '';
      if (data !== undefined) return [[userId, data.name ?? userId] as const];
      return error === null ? [] : [[userId, t('people.gone', { id: userId })] as const];
    }),
  );
  return (
    <PeopleSelect
      {...props}
      names={names}
      choices={
        words === ''
          ? []
          : (found.data?.items ?? []).map(({ userId, name }) => ({
              value: userId,
              label: name ?? userId,
              about: name === null ? '' : userId,
            }))
      }
      searching={found.isFetching}
      words={words}
      onSearch={type}
      placeholder={t('people.search.members')}
    />
  );
}
