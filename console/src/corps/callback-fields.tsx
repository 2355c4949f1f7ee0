import { Alert, Button, Form, type FormInstance, Input, Radio } from 'antd';
import type { CallbackKeys } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { newCallbackToken, newEncodingAesKey } from './callback-keys';

export type CallbackChoice = 'keep' | 'set' | 'clear';

interface CallbackFieldsProps {
  readonly form: FormInstance;
  /** The name of the pair in the API's body, so that refused fields find their input. */
  readonly name: 'callback' | 'contactsCallback';
  readonly configured: boolean;
  readonly url: string | undefined;
  readonly about: string;
}

/** Token and EncodingAESKey: made here or typed in, shown while they are being entered and never again. */
export function CallbackFields({ form, name, configured, url, about }: CallbackFieldsProps) {
  const { t } = useLanguage();
  const choice = (Form.useWatch('callbackChoice', form) as CallbackChoice | undefined) ?? 'keep';
  const token = Form.useWatch([name, 'token'], form) as string | undefined;
  const encodingAesKey = Form.useWatch([name, 'encodingAesKey'], form) as string | undefined;

  function make() {
    form.setFieldsValue({ [name]: { token: newCallbackToken(), encodingAesKey: newEncodingAesKey() } });
  }

  return (
    <>
      <Form.Item name="callbackChoice" label={t('callback.title')} extra={about} initialValue="keep">
        <Radio.Group
          options={[
            { value: 'keep', label: t(configured ? 'callback.choice.keep' : 'callback.choice.none') },
            { value: 'set', label: t(configured ? 'callback.choice.replace' : 'callback.choice.set') },
            ...(configured ? [{ value: 'clear', label: t('callback.choice.clear') }] : []),
          ]}
        />
      </Form.Item>
      {choice === 'set' && (
        <>
          <Form.Item
            name={[name, 'token']}
            label="Token"
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input autoComplete="off" className="mono" />
          </Form.Item>
          <Form.Item
            name={[name, 'encodingAesKey']}
            label="EncodingAESKey"
            rules={[
              { required: true, message: t('form.required') },
              { pattern: /^[A-Za-z0-9]{43}$/, message: t('callback.aes.rule') },
            ]}
          >
            <Input autoComplete="off" className="mono" />
          </Form.Item>
          <Form.Item>
            <Button onClick={make}>{t('callback.make')}</Button>
          </Form.Item>
          {token !== undefined && token !== '' && encodingAesKey !== undefined && encodingAesKey !== '' && (
            <Form.Item>
              <Alert
                type="warning"
                showIcon
                title={t('callback.copy-now')}
                description={
                  <div className="stack" style={{ gap: 8 }}>
                    {url !== undefined && <CopyField value={url} label={t('callback.url')} />}
                    <CopyField value={token} label="Token" />
                    <CopyField value={encodingAesKey} label="EncodingAESKey" />
                  </div>
                }
              />
            </Form.Item>
          )}
        </>
      )}
    </>
  );
}

/** What the choice means for the API: undefined leaves the pair alone, null clears it. */
export function chosenCallback(
  choice: CallbackChoice | undefined,
  keys: Partial<CallbackKeys> | undefined,
): CallbackKeys | null | undefined {
  switch (choice) {
    case 'clear':
      return null;
    case 'set':
      return { token: keys?.token?.trim() ?? '', encodingAesKey: keys?.encodingAesKey?.trim() ?? '' };
    case 'keep':
    case undefined:
      return undefined;
  }
}
