import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Card, Drawer, Form } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import type { FieldProblem } from '../api/client';
import type { Corp } from '../api/corps';
import {
  type DirectorySettings,
  type SavedSettings,
  type SettingsDocument,
  settingsPreviewQuery,
} from '../api/settings';
import { useLanguage } from '../language/use-language';
import { scrolling } from '../parts/motion';
import { useNarrow } from '../parts/use-narrow';
import { useSettled } from '../parts/use-settled';
import { useMay } from '../session/use-session';
import { AccessSection } from './access-section';
import { AffectedList } from './affected-list';
import { ApprovalSection } from './approval-section';
import { DepartedSection } from './departed-section';
import { DepartmentsSection } from './departments-section';
import { DifferenceList } from './difference-list';
import { differences } from './differences';
import { GuardSection } from './guard-section';
import { MappingSection } from './mapping-section';
import { MembersSection } from './members-section';
import { NoticesSection } from './notices-section';
import { PullSection } from './pull-section';
import { SaveDialog } from './save-dialog';
import { SchedulesSection } from './schedules-section';
import { ScopeSection } from './scope-section';
import { sectionId, sectionNames } from './section';
import { toDocument } from './settings-document';
import { type EditedPart, keepOneMatchList } from './one-match-list';
import { landProblems } from './setting-problems';
import { useUnsavedGuard } from './use-unsaved-guard';

interface SettingsFormProps {
  readonly corp: Corp;
  readonly saved: DirectorySettings;
  readonly onSaved: (saved: SavedSettings) => void;
}

const typingPauseMs = 900;
const namesBeside = 8;

export function SettingsForm({ corp, saved, onSaved }: SettingsFormProps) {
  const { t, maybe } = useLanguage();
  const { modal } = App.useApp();
  const mayWrite = useMay('settings:write');
  const narrow = useNarrow();
  const [form] = Form.useForm<SettingsDocument>();
  const values = Form.useWatch<SettingsDocument | undefined>([], { form, preserve: true });
  const inForce = useMemo(() => toDocument(saved), [saved]);
  const edited = useMemo(
    () => (values?.push === undefined ? inForce : toDocument(values)),
    [values, inForce],
  );
  const changed = useMemo(() => differences(inForce, edited), [inForce, edited]);
  const isChanged = changed.length > 0;
  const [open, setOpen] = useState<'none' | 'review' | 'save'>('none');
  const [homeless, setHomeless] = useState<readonly string[]>([]);
  useUnsavedGuard(mayWrite && isChanged);
  // A link of another page leads to its section, which was not there yet when the browser looked for it.
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [hash]);

  const settled = useSettled(edited, typingPauseMs);
  const preview = useQuery({
    ...settingsPreviewQuery(corp.id, settled),
    enabled: mayWrite && isChanged && differences(inForce, settled).length > 0,
    placeholderData: (before) => before,
  });
  const settling = settled !== edited || preview.isFetching;

  async function review() {
    setHomeless([]);
    try {
      await form.validateFields();
    } catch (refused) {
      const first = firstField(refused);
      if (first === undefined) throw refused;
      form.scrollToField(first, { block: 'center', focus: true });
      return;
    }
    setOpen('save');
  }

  /** At the settings that were refused; the rest stands above the form. */
  function showRefusal(problems: readonly FieldProblem[], advice: string | undefined) {
    const left = landProblems(form, problems);
    if (left.length === problems.length) window.scrollTo({ top: 0, behavior: scrolling });
    setHomeless([
      ...left.map(({ path, message }) => `${maybe(`set.${path}`) ?? path}: ${message}`),
      ...(advice === undefined ? [] : [advice]),
    ]);
  }

  function discard() {
    modal.confirm({
      title: t('review.reset.title'),
      okText: t('review.reset'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => form.resetFields(),
    });
  }

  const buttons = (
    <div className="row">
      <Button type="primary" disabled={!isChanged} onClick={() => void review()}>
        {t('review.save')}
      </Button>
      {isChanged && <Button onClick={discard}>{t('review.reset')}</Button>}
    </div>
  );
  const affected = (
    <AffectedList corpId={corp.id} preview={preview} settling={settling} shown={namesBeside} />
  );
  const effect = (
    <div className="stack">
      <DifferenceList corp={corp} differences={changed} />
      <div>
        <h3 className="set-subheading">{t('affected.title')}</h3>
        {affected}
      </div>
    </div>
  );

  return (
    <div className="settings">
      <div className="settings-form">
        {!mayWrite && <Alert type="info" showIcon title={t('set.reader')} className="set-consequence" />}
        {homeless.length > 0 && (
          <Alert
            type="error"
            showIcon
            className="set-consequence"
            title={homeless.map((message) => (
              <div key={message} style={{ whiteSpace: 'pre-line' }}>
                {message}
              </div>
            ))}
          />
        )}
        <Form<SettingsDocument>
          form={form}
          name="settings"
          layout="vertical"
          disabled={!mayWrite}
          initialValues={saved}
          requiredMark={false}
          scrollToFirstError={{ block: 'center' }}
          onValuesChange={(part: EditedPart) => keepOneMatchList(form, part)}
        >
          <AccessSection corp={corp} saved={saved} />
          <ScopeSection />
          <DepartmentsSection corpId={corp.id} />
          <MembersSection corpId={corp.id} disabled={!mayWrite} />
          <DepartedSection />
          <MappingSection corpId={corp.id} disabled={!mayWrite} />
          <GuardSection corpId={corp.id} />
          <ApprovalSection corpId={corp.id} />
          <SchedulesSection corpId={corp.id} disabled={!mayWrite} />
          <NoticesSection corp={corp} disabled={!mayWrite} />
          <PullSection corpId={corp.id} disabled={!mayWrite} />
        </Form>
      </div>
      <aside className="settings-side">
        <SectionLinks />
        {mayWrite && (
          <Card size="small" title={t('review.title')}>
            {isChanged ? (
              <div className="stack">
                {buttons}
                {effect}
              </div>
            ) : (
              <span className="quiet">{t('review.none')}</span>
            )}
          </Card>
        )}
      </aside>
      {mayWrite && isChanged && (
        <div className="settings-bar">
          <span>
            {t('review.changes', { count: changed.length })}
            {preview.data && ` · ${t('affected.total', { count: preview.data.newlyAffected.total })}`}
          </span>
          <span className="row">
            <Button onClick={() => setOpen('review')}>{t('review.open')}</Button>
            <Button type="primary" onClick={() => void review()}>
              {t('review.save')}
            </Button>
          </span>
        </div>
      )}
      <Drawer
        open={open === 'review'}
        onClose={() => setOpen('none')}
        size={narrow ? '100%' : 520}
        title={t('review.title')}
        extra={isChanged && <Button onClick={discard}>{t('review.reset')}</Button>}
      >
        {effect}
      </Drawer>
      <SaveDialog
        corp={corp}
        saved={saved}
        document={edited}
        preview={preview}
        settling={settling}
        open={open === 'save'}
        onClose={() => setOpen('none')}
        onSaved={(next) => {
          setOpen('none');
          onSaved(next);
        }}
        onRefused={({ body }) => {
          setOpen('none');
          showRefusal(body.fields ?? [], body.advice);
        }}
      />
    </div>
  );
}

function SectionLinks() {
  const { t } = useLanguage();
  return (
    <nav className="section-links" aria-label={t('set.sections')}>
      <div className="set-label">{t('set.sections')}</div>
      <ul>
        {sectionNames.map((name) => (
          <li key={name}>
            <button
              type="button"
              onClick={() =>
                document.getElementById(sectionId(name))?.scrollIntoView({ behavior: scrolling })
              }
            >
              {t(`set.section.${name}`)}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function firstField(refused: unknown): (string | number)[] | undefined {
  if (typeof refused !== 'object' || refused === null || !('errorFields' in refused)) return undefined;
  const { errorFields } = refused as { errorFields: { name: (string | number)[] }[] };
  return errorFields[0]?.name;
}
