import { Alert, Checkbox } from 'antd';
import { useState } from 'react';
import { ApiError } from '../api/client';
import { useLanguage } from '../language/use-language';

/** The API saves another master only after somebody has seen what that would do. */
export function masterToConfirm(error: unknown): ApiError | undefined {
  return error instanceof ApiError && error.code === 'confirm_master' ? error : undefined;
}

interface ConfirmMasterProps {
  readonly refusal: ApiError;
  readonly onUnderstood: (understood: boolean) => void;
}

/** What would follow from another master, in words. */
export function ConfirmMaster({ refusal: { body }, onUnderstood }: ConfirmMasterProps) {
  const { t } = useLanguage();
  const [understood, setUnderstood] = useState(false);
  const effects = body.effects ?? [];
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('master.confirm.title')}
      description={
        <div className="stack">
          <div>
            {t('master.confirm.about')}
            <ul className="where-list">
              {effects.length === 0 && <li>{t('master.confirm.nothing')}</li>}
              {effects.map((effect) => (
                <li key={effect}>{effect}</li>
              ))}
            </ul>
          </div>
          {body.advice !== undefined && <div className="quiet">{body.advice}</div>}
          <Checkbox
            checked={understood}
            onChange={({ target }) => {
              setUnderstood(target.checked);
              onUnderstood(target.checked);
            }}
          >
            {t('master.confirm.understand')}
          </Checkbox>
        </div>
      }
    />
  );
}
