import { RollbackOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Card, Collapse, Empty, Modal, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import type { Corp } from '../api/corps';
import {
  rollBackSettings,
  type SavedSettings,
  settingsQuery,
  type SettingsVersion,
  settingsVersionQuery,
  settingsVersionsQuery,
} from '../api/settings';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { QueryView } from '../parts/query-view';
import { ExactTime, TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import { ConfirmMaster, masterToConfirm } from './confirm-master';
import { DifferenceList } from './difference-list';
import { differences } from './differences';
import { toDocument } from './settings-document';

interface VersionsViewProps {
  readonly corp: Corp;
  readonly onRolledBack: (saved: SavedSettings) => void;
}

export function VersionsView({ corp, onRolledBack }: VersionsViewProps) {
  const { t } = useLanguage();
  const mayWrite = useMay('settings:write');
  const versions = useInfiniteQuery(settingsVersionsQuery(corp.id));
  const [back, setBack] = useState<number | undefined>();
  const items = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = items[0]?.version;
  return (
    <Card>
      {versions.error !== null && (
        <FailureNotice error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      {versions.isPending && <Skeleton active />}
      {versions.data && items.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('versions.none')} />
      )}
      {items.length > 0 && (
        <Collapse
          ghost
          className="versions"
          // The button beside it must not lie inside another one.
          collapsible="header"
          defaultActiveKey={[String(newest)]}
          items={items.map((version) => ({
            key: String(version.version),
            label: (
              <span className="row">
                <strong>{t('versions.version', { version: version.version })}</strong>
                {version.version === newest && <span className="choice-tag">{t('versions.current')}</span>}
                <span className="quiet small">
                  <TimeAgo at={version.savedAt} />
                  {version.savedBy !== null && ` · ${version.savedBy}`} ·{' '}
                  {version.changes.length === 0
                    ? t('versions.no-changes')
                    : t('versions.changes', { count: version.changes.length })}
                </span>
              </span>
            ),
            extra: mayWrite && version.version !== newest && (
              <Button
                size="small"
                icon={<RollbackOutlined />}
                aria-label={t('versions.back.what', { version: version.version })}
                onClick={() => setBack(version.version)}
              >
                {t('versions.back')}
              </Button>
            ),
            children: <VersionChanges corp={corp} version={version} isCurrent={version.version === newest} />,
          }))}
        />
      )}
      <LoadMore {...versions} />
      <RollBackDialog
        corp={corp}
        version={back}
        onClose={() => setBack(undefined)}
        onRolledBack={(saved) => {
          setBack(undefined);
          onRolledBack(saved);
        }}
      />
    </Card>
  );
}

interface VersionChangesProps {
  readonly corp: Corp;
  readonly version: SettingsVersion;
  readonly isCurrent: boolean;
}

function VersionChanges({ corp, version, isCurrent }: VersionChangesProps) {
  const { t } = useLanguage();
  const [against, setAgainst] = useState<'previous' | 'current'>('previous');
  return (
    <div className="stack">
      <div className="quiet small">
        <ExactTime at={version.savedAt} />
      </div>
      {!isCurrent && (
        <Radio.Group
          size="small"
          optionType="button"
          value={against}
          onChange={({ target }) => setAgainst(target.value === 'current' ? 'current' : 'previous')}
          options={[
            { value: 'previous', label: t('versions.against-previous') },
            { value: 'current', label: t('versions.against-current') },
          ]}
        />
      )}
      {against === 'previous' ? (
        <DifferenceList corp={corp} differences={version.changes} />
      ) : (
        <AgainstCurrent corp={corp} version={version.version} />
      )}
      <Collapse
        ghost
        size="small"
        items={[
          {
            key: 'document',
            label: t('versions.document'),
            children: <WholeDocument corp={corp} version={version.version} />,
          },
        ]}
      />
    </div>
  );
}

function WholeDocument({ corp, version }: { readonly corp: Corp; readonly version: number }) {
  const { t } = useLanguage();
  const stored = useQuery(settingsVersionQuery(corp.id, version));
  return (
    <QueryView query={stored}>
      {(document) => (
        <pre className="raw-json mono" tabIndex={0} aria-label={t('versions.document')}>
          {JSON.stringify(document, null, 2)}
        </pre>
      )}
    </QueryView>
  );
}

/** From the version to the one in force. */
function AgainstCurrent({ corp, version }: { readonly corp: Corp; readonly version: number }) {
  const old = useQuery(settingsVersionQuery(corp.id, version));
  const current = useQuery(settingsQuery(corp.id));
  return (
    <QueryView query={old}>
      {(before) =>
        current.data && (
          <DifferenceList
            corp={corp}
            differences={differences(toDocument(before), toDocument(current.data))}
          />
        )
      }
    </QueryView>
  );
}

interface RollBackDialogProps {
  readonly corp: Corp;
  readonly version: number | undefined;
  readonly onClose: () => void;
  readonly onRolledBack: (saved: SavedSettings) => void;
}

function RollBackDialog({ corp, version, onClose, onRolledBack }: RollBackDialogProps) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const current = useQuery(settingsQuery(corp.id));
  const old = useQuery({ ...settingsVersionQuery(corp.id, version ?? 0), enabled: version !== undefined });
  const simulates = old.data?.access === 'read-write' && old.data.master === 'oa';
  const [mayChangeMaster, setMayChangeMaster] = useState(false);
  const back = useMutation({
    mutationFn: (to: number) =>
      rollBackSettings(corp.id, to, { simulate: simulates, confirmMaster: unconfirmed !== undefined }),
    onSuccess: (saved) => {
      message.success(t('versions.back.done', { version: saved.version }));
      onRolledBack(saved);
    },
  });
  const unconfirmed = masterToConfirm(back.error);
  return (
    <Modal
      open={version !== undefined}
      onCancel={onClose}
      title={version !== undefined && t('versions.back.title', { version })}
      okText={t('versions.back')}
      cancelText={t('action.cancel')}
      okButtonProps={{
        loading: back.isPending,
        disabled: old.data === undefined || (unconfirmed !== undefined && !mayChangeMaster),
      }}
      onOk={() => {
        if (version !== undefined) back.mutate(version);
      }}
      width={600}
      destroyOnHidden
    >
      <div className="stack">
        <span>{t('versions.back.about')}</span>
        <QueryView query={old}>
          {(before) =>
            current.data && (
              <DifferenceList
                corp={corp}
                differences={differences(toDocument(current.data), toDocument(before))}
              />
            )
          }
        </QueryView>
        {unconfirmed !== undefined ? (
          <ConfirmMaster refusal={unconfirmed} onUnderstood={setMayChangeMaster} />
        ) : (
          back.error !== null && <FailureNotice error={back.error} />
        )}
      </div>
    </Modal>
  );
}
