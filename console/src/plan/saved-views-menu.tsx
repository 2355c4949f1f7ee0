import { DeleteOutlined, PushpinOutlined } from '@ant-design/icons';
import { Button, Input, Popover } from 'antd';
import { useState } from 'react';
import type { ChangeFilter } from '../api/push';
import { useLanguage } from '../language/use-language';
import { filterText } from './change-filter';
import { forgetView, saveView, useSavedViews } from './saved-views';

interface SavedViewsProps {
  readonly filter: ChangeFilter;
  readonly onChoose: (filter: ChangeFilter) => void;
}

/** Views that everybody needs; those of one's own stand below. */
const given = [
  { text: 'plan.view.danger', filter: { risk: 'high' } },
  { text: 'plan.view.held', filter: { held: 'true' } },
  { text: 'plan.view.conflicts', filter: { action: 'conflict' } },
  { text: 'plan.view.new', filter: { new: 'true' } },
  { text: 'plan.view.differences', filter: { status: 'failed,skipped,held,pending' } },
] as const;

export function SavedViews({ filter, onChoose }: SavedViewsProps) {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={t('plan.views')}
      content={
        <ViewList
          filter={filter}
          onChoose={(wanted) => {
            setOpen(false);
            onChoose(wanted);
          }}
        />
      }
    >
      <Button icon={<PushpinOutlined />} aria-expanded={open} aria-haspopup="dialog">
        {t('plan.views')}
      </Button>
    </Popover>
  );
}

function ViewList({ filter, onChoose }: SavedViewsProps) {
  const { t } = useLanguage();
  const own = useSavedViews();
  const [name, setName] = useState('');
  const isFiltered = filterText(filter) !== '';
  return (
    <div className="views">
      <ul>
        {given.map((view) => (
          <li key={view.text}>
            <Button type="link" onClick={() => onChoose(view.filter)}>
              {t(view.text)}
            </Button>
          </li>
        ))}
        {own.map((view) => (
          <li key={view.name}>
            <Button type="link" onClick={() => onChoose(view.filter)}>
              {view.name}
            </Button>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t('plan.view.forget', { name: view.name })}
              onClick={() => forgetView(view.name)}
            />
          </li>
        ))}
      </ul>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '' || !isFiltered) return;
          saveView(name.trim(), filter);
          setName('');
        }}
      >
        <Input
          aria-label={t('plan.view.name')}
          placeholder={t('plan.view.name')}
          maxLength={40}
          value={name}
          disabled={!isFiltered}
          onChange={({ target }) => setName(target.value)}
        />
        <Button htmlType="submit" disabled={!isFiltered || name.trim() === ''}>
          {t('plan.view.save')}
        </Button>
      </form>
      {!isFiltered && <p className="small quiet">{t('plan.view.save.how')}</p>}
    </div>
  );
}
