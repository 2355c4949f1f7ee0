import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Radio, Skeleton, Steps, Upload as FileDrop } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api/client';
import {
  type ExportChoice,
  type ImportApplied,
  type LinkField,
  linkFields,
  previewImport,
} from '../api/bindings';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useNarrow } from '../parts/use-narrow';
import { Verdict } from '../parts/verdict';
import './bindings.css';
import { useExportMembers } from './export-members';
import { ImportReview } from './import-review';
import { useReadAnew } from './use-bind';

const steps = ['fill', 'choose', 'preview', 'done'] as const;
type Step = (typeof steps)[number];

/** Nothing is bound before the third step has been read and confirmed. */
export function ImportWizard({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  const [step, setStep] = useState<Step>('fill');
  const [field, setField] = useState<LinkField>('mobile');
  const [result, setResult] = useState<ImportApplied | undefined>();
  const readAnew = useReadAnew(corp.id);
  const preview = useMutation({
    mutationFn: (file: File) => previewImport(corp.id, field, file),
    onSuccess: () => setStep('preview'),
  });

  function startOver() {
    preview.reset();
    setResult(undefined);
    setStep('choose');
  }

  const body = useRef<HTMLDivElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    // The button that led here has gone: whoever tabs goes on from here.
    body.current?.focus({ preventScroll: true });
  }, [step]);

  return (
    <>
      <nav aria-label={t('import.steps')}>
        <Steps
          size="small"
          orientation={narrow ? 'vertical' : 'horizontal'}
          current={steps.indexOf(step)}
          items={steps
            .filter((one) => !narrow || one === step)
            .map((one) => ({ title: t(`import.step.${one}`) }))}
          {...(narrow ? { initial: steps.indexOf(step) } : {})}
        />
      </nav>
      <div className="stack bind-step" ref={body} tabIndex={-1}>
        {step === 'fill' && <Fill corp={corp} onNext={() => setStep('choose')} />}
        {step === 'choose' && (
          <Choose
            field={field}
            onField={setField}
            reading={preview.isPending}
            error={preview.error}
            onFile={(file) => preview.mutate(file)}
            onBack={() => {
              preview.reset();
              setStep('fill');
            }}
          />
        )}
        {step === 'preview' && preview.data && (
          <ImportReview
            key={preview.data.previewId}
            corp={corp}
            preview={preview.data}
            fileName={preview.variables?.name ?? ''}
            field={field}
            onOtherFile={startOver}
            onApplied={(applied) => {
              setResult(applied);
              setStep('done');
              void readAnew();
            }}
          />
        )}
        {step === 'done' && result && <Done corp={corp} result={result} onAgain={startOver} />}
      </div>
    </>
  );
}

function Fill({ corp, onNext }: { readonly corp: Corp; readonly onNext: () => void }) {
  const { t } = useLanguage();
  const [only, setOnly] = useState<Exclude<ExportChoice, 'bound'>>('unbound');
  const file = useExportMembers(corp.id);
  return (
    <Card title={t('import.fill.title')}>
      <div className="stack">
        <ol className="bind-how-to">
          <li>{t('import.fill.1')}</li>
          <li>{t('import.fill.2')}</li>
          <li>{t('import.fill.3')}</li>
        </ol>
        <div role="radiogroup" aria-label={t('import.fill.which')} className="row">
          <span className="bind-label">{t('import.fill.which')}</span>
          <Radio.Group
            value={only}
            onChange={({ target }) => setOnly(target.value === 'all' ? 'all' : 'unbound')}
            options={(['unbound', 'all'] as const).map((value) => ({
              value,
              label: t(`bind.export.${value}`),
            }))}
          />
        </div>
        <div className="row">
          <Button
            type="primary"
            icon={<DownloadOutlined />}
            loading={file.isPending}
            onClick={() => file.mutate(only)}
          >
            {t('import.fill.download')}
          </Button>
          <Button onClick={onNext}>{t('import.fill.have')}</Button>
        </div>
      </div>
    </Card>
  );
}

interface ChooseProps {
  readonly field: LinkField;
  readonly onField: (field: LinkField) => void;
  readonly reading: boolean;
  readonly error: Error | null;
  readonly onFile: (file: File) => void;
  readonly onBack: () => void;
}

function Choose({ field, onField, reading, error, onFile, onBack }: ChooseProps) {
  const { t } = useLanguage();
  return (
    <Card>
      <div className="stack">
        <div role="radiogroup" aria-label={t('import.choose.field')}>
          <div className="bind-label">{t('import.choose.field')}</div>
          <Radio.Group
            value={field}
            disabled={reading}
            onChange={({ target }) => onField(linkFields.find((known) => known === target.value) ?? field)}
            options={linkFields.map((value) => ({ value, label: t(`import.field.${value}`) }))}
          />
        </div>
        {error !== null && <Refusal error={error} />}
        {reading ? (
          <div>
            <div role="status" className="quiet">
              {t('import.reading')}
            </div>
            <Skeleton active />
          </div>
        ) : (
          <FileDrop.Dragger
            accept=".csv,.xlsx"
            showUploadList={false}
            maxCount={1}
            beforeUpload={(chosen) => {
              onFile(chosen);
              return false;
            }}
          >
            <p className="ant-upload-drag-icon">
              <InboxOutlined />
            </p>
            <p className="ant-upload-text">{t('import.choose.drop')}</p>
            <p className="ant-upload-hint">{t('import.choose.drop.about')}</p>
          </FileDrop.Dragger>
        )}
        <div>
          <Button onClick={onBack}>{t('import.back')}</Button>
        </div>
      </div>
    </Card>
  );
}

/** What is wrong with the file comes first; that the request as a whole was refused says nothing to anybody. */
function Refusal({ error }: { readonly error: Error }) {
  const { t } = useLanguage();
  const fields = error instanceof ApiError ? (error.body.fields ?? []) : [];
  if (fields.length === 0) return <FailureNotice error={error} />;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={fields.map(({ path, message }, index) => (
        <div key={`${path} ${index}`}>{message}</div>
      ))}
      description={t('import.refused')}
    />
  );
}

interface DoneProps {
  readonly corp: Corp;
  readonly result: ImportApplied;
  readonly onAgain: () => void;
}

function Done({ corp, result, onAgain }: DoneProps) {
  const { t, number } = useLanguage();
  const file = useExportMembers(corp.id);
  const { applied, counts } = result;
  const { rebind = 0, kept = 0, changed = 0 } = counts;
  return (
    <Verdict
      tone={changed > 0 ? 'warn' : applied > 0 ? 'good' : 'quiet'}
      title={applied > 0 ? t('import.applied', { count: number(applied) }) : t('import.applied.none')}
      actions={
        <>
          <Button onClick={onAgain}>{t('import.again')}</Button>
          <Button icon={<DownloadOutlined />} loading={file.isPending} onClick={() => file.mutate('unbound')}>
            {t('import.rest')}
          </Button>
        </>
      }
    >
      {rebind > 0 && <div>{t('import.applied.rebound', { count: number(rebind) })}</div>}
      {kept > 0 && <div>{t('import.applied.kept', { count: number(kept) })}</div>}
      {changed > 0 && <div>{t('import.applied.refused', { count: number(changed) })}</div>}
      <Link to={`/corps/${corp.id}/bindings?source=imported`}>{t('import.see')}</Link>
    </Verdict>
  );
}
