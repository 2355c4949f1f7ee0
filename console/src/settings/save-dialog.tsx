import { type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { ApiError } from '../api/client';
import type { Corp } from '../api/corps';
import {
  type DirectorySettings,
  type SavedSettings,
  saveSettings,
  type SettingsDocument,
  type SettingsPreview,
  settingsQuery,
} from '../api/settings';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { AffectedList, deletedIn, deletesSooner } from './affected-list';
import { ConfirmMaster, masterToConfirm } from './confirm-master';
import { DifferenceList } from './difference-list';
import { differences } from './differences';
import { newDangers, toDocument } from './settings-document';

interface SaveDialogProps {
  readonly corp: Corp;
  readonly saved: DirectorySettings;
  readonly document: SettingsDocument;
  readonly preview: UseQueryResult<SettingsPreview>;
  readonly settling: boolean;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSaved: (saved: SavedSettings) => void;
  /** With what the API said of single settings. */
  readonly onRefused: (refusal: ApiError) => void;
}

export function SaveDialog(props: SaveDialogProps) {
  const { t } = useLanguage();
  const { open, saved, onClose } = props;
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={t('save.title', { version: saved.version + 1 })}
      width={640}
      footer={null}
      destroyOnHidden
    >
      <Review {...props} />
    </Modal>
  );
}

const namesShown = 50;

/** The last look before the settings are in force. */
function Review({ corp, saved, document, preview, settling, onClose, onSaved, onRefused }: SaveDialogProps) {
  const { t } = useLanguage();
  const before = toDocument(saved);
  const maySimulate = document.access === 'read-write' && document.master === 'oa';
  const mustSimulate = maySimulate && before.master !== document.master;
  const [wanted, setWanted] = useState(true);
  const simulate = mustSimulate || (maySimulate && wanted);
  const [understood, setUnderstood] = useState(false);
  const deletes = deletedIn(preview.data);
  const dangerous = newDangers(before, document) || deletes > 0 || deletesSooner(preview.data);
  const newest = useQuery({ ...settingsQuery(corp.id), staleTime: 0 });
  const overtaken = newest.data !== undefined && newest.data.version > saved.version;
  const [mayChangeMaster, setMayChangeMaster] = useState(false);
  const save = useMutation({
    mutationFn: (confirmMaster: boolean) => saveSettings(corp.id, document, { simulate, confirmMaster }),
    onSuccess: onSaved,
    onError: (error) => {
      if (error instanceof ApiError && error.body.fields !== undefined) onRefused(error);
    },
  });
  const unconfirmed = masterToConfirm(save.error);
  return (
    <div className="stack">
      {overtaken && (
        <Alert
          type="warning"
          showIcon
          title={t('save.outdated', {
            who: newest.data.savedBy ?? '—',
            version: newest.data.version,
          })}
        />
      )}
      <DifferenceList corp={corp} differences={differences(before, document)} />
      <section>
        <h3 className="set-subheading">{t('affected.title')}</h3>
        <p className="set-lead small">{t('affected.about')}</p>
        <AffectedList corpId={corp.id} preview={preview} settling={settling} shown={namesShown} />
      </section>
      <div>
        <Checkbox
          checked={simulate}
          disabled={!maySimulate || mustSimulate}
          onChange={({ target }) => setWanted(target.checked)}
        >
          {t('save.simulate')}
        </Checkbox>
        <div className="set-about small">
          {t(
            mustSimulate
              ? 'save.simulate.master'
              : maySimulate
                ? 'save.simulate.about'
                : document.master === 'wecom' && document.pull.syncToOa
                  ? 'save.simulate.oa'
                  : 'save.simulate.read-only',
          )}
        </div>
      </div>
      {dangerous && (
        <Alert
          type="error"
          showIcon
          title={
            <Checkbox checked={understood} onChange={({ target }) => setUnderstood(target.checked)}>
              {t('save.understand')}
            </Checkbox>
          }
        />
      )}
      {unconfirmed !== undefined ? (
        <ConfirmMaster refusal={unconfirmed} onUnderstood={setMayChangeMaster} />
      ) : (
        save.error !== null && <FailureNotice error={save.error} />
      )}
      <div className="row">
        <Button
          type="primary"
          danger={dangerous}
          // Who is affected belongs to the last look; and what is still loading would move the button away.
          disabled={settling || (dangerous && !understood) || (unconfirmed !== undefined && !mayChangeMaster)}
          loading={save.isPending}
          onClick={() => save.mutate(unconfirmed !== undefined)}
        >
          {t(unconfirmed === undefined ? 'save.submit' : 'master.confirm.submit')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </div>
  );
}
