import { useInfiniteQuery } from '@tanstack/react-query';
import { Badge, Segmented } from 'antd';
import { useSearchParams } from 'react-router';
import { conflictsQuery } from '../api/bindings';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { useMay } from '../session/use-session';
import { BindingList } from './binding-list';
import './bindings.css';
import { ConflictDesk } from './conflict-desk';
import { ImportWizard } from './import-wizard';

const views = ['list', 'conflicts', 'import'] as const;
type View = (typeof views)[number];

export default function BindingsTab({ corp }: { readonly corp: Corp }) {
  const { t, number } = useLanguage();
  const mayBind = useMay('bindings:write');
  const [parameters, setParameters] = useSearchParams();
  const offered = views.filter((view) => view !== 'import' || mayBind);
  const view = offered.find((known) => known === parameters.get('view')) ?? 'list';
  const open = useInfiniteQuery(conflictsQuery(corp.id, 'open', undefined));
  const waiting = open.data?.pages[0]?.total ?? open.data?.pages[0]?.items.length ?? 0;
  const label = (value: View) =>
    value === 'conflicts' && waiting > 0 ? (
      <span className="bind-view">
        {t('bind.view.conflicts')} <Badge count={number(waiting)} color="#a15c00" />
      </span>
    ) : (
      t(`bind.view.${value}`)
    );
  return (
    <div className="stack">
      <Segmented<View>
        aria-label={t('bind.view')}
        style={{ alignSelf: 'flex-start' }}
        value={view}
        onChange={(next) => setParameters(next === 'list' ? {} : { view: next })}
        options={offered.map((value) => ({ value, label: label(value) }))}
      />
      {view === 'list' && <BindingList corp={corp} />}
      {view === 'conflicts' && <ConflictDesk corp={corp} />}
      {view === 'import' && <ImportWizard corp={corp} />}
    </div>
  );
}
