import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Radio, Skeleton, Upload as FileDrop } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api/client';
import {
  type FeedResult,
  previewUpload,
  type Upload,
  type UploadKind,
  uploadKinds,
  type UploadMapping,
  type UploadMode,
  uploadModes,
} from '../api/oa';
import { useLanguage } from '../language/use-language';
import { NotFoundPage } from '../layout/not-found-page';
import { FailureNotice } from '../parts/failure-notice';
import { Page } from '../parts/page';
import { saveFile } from '../parts/save-file';
import { useMay } from '../session/use-session';
import './oa.css';
import { UploadColumns } from './upload-columns';
import { headersOf, namedFields, templateFile } from './upload-fields';
import { UploadReview } from './upload-review';

/** Who may not feed the directory finds nothing here. */
export function Component() {
  return useMay('oa:write') ? <UploadPage /> : <NotFoundPage />;
}

function UploadPage() {
  const { t, lang } = useLanguage();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<UploadKind>('users');
  const [mode, setMode] = useState<UploadMode>('patch');
  const [file, setFile] = useState<File | undefined>();
  const [applied, setApplied] = useState<FeedResult | undefined>();
  const preview = useMutation({ mutationFn: (upload: Upload) => previewUpload(upload) });

  function read(upload: Upload) {
    setApplied(undefined);
    preview.mutate(upload);
  }

  /** What was read with other choices is no preview of these. */
  function choose(next: { kind?: UploadKind; mode?: UploadMode }) {
    const chosen = { kind: next.kind ?? kind, mode: next.mode ?? mode };
    setKind(chosen.kind);
    setMode(chosen.mode);
    if (file !== undefined) read({ file, ...chosen });
  }

  function startOver() {
    setFile(undefined);
    preview.reset();
  }

  return (
    <Page title={t('upload.title')} lead={t('upload.lead')} back={{ to: '/oa', label: t('oa.title') }}>
      {applied && <Applied result={applied} />}
      <Card>
        <div className="upload-choices">
          <div role="radiogroup" aria-label={t('upload.kind')}>
            <div className="set-label">{t('upload.kind')}</div>
            <Radio.Group
              value={kind}
              onChange={({ target }) => choose({ kind: target.value as UploadKind })}
              options={uploadKinds.map((value) => ({ value, label: t(`upload.kind.${value}`) }))}
            />
            <div className="quiet small">{t('upload.order')}</div>
          </div>
          <div role="radiogroup" aria-label={t('upload.mode')}>
            <div className="set-label">{t('upload.mode')}</div>
            <Radio.Group
              value={mode}
              onChange={({ target }) => choose({ mode: target.value as UploadMode })}
              options={[...uploadModes]
                .reverse()
                .map((value) => ({ value, label: t(`upload.mode.${value}`) }))}
            />
            {mode === 'whole' && (
              <Alert
                type="warning"
                showIcon
                title={t(`upload.mode.whole.${kind}`)}
                style={{ marginTop: 8 }}
              />
            )}
          </div>
        </div>
      </Card>
      {file === undefined ? (
        <Card
          title={t('upload.file')}
          extra={
            <Button
              icon={<DownloadOutlined />}
              onClick={() => saveFile(templateFile(kind, lang), `oa-${kind}.csv`)}
            >
              {t('upload.template')}
            </Button>
          }
        >
          <FileDrop.Dragger
            accept=".csv,.xlsx"
            showUploadList={false}
            maxCount={1}
            beforeUpload={(chosen) => {
              setFile(chosen);
              read({ file: chosen, kind, mode });
              return false;
            }}
          >
            <p className="ant-upload-drag-icon">
              <InboxOutlined />
            </p>
            <p className="ant-upload-text">{t('upload.drop')}</p>
            <p className="ant-upload-hint">{t('upload.drop.about')}</p>
          </FileDrop.Dragger>
        </Card>
      ) : (
        <>
          <div className="spread">
            <span className="wrap-anywhere">
              {t('upload.file')}: <strong>{file.name}</strong>
            </span>
            <Button onClick={startOver}>{t('upload.again')}</Button>
          </div>
          {preview.isPending && (
            <Card>
              <div role="status" className="quiet">
                {t('upload.reading')}
              </div>
              <Skeleton active />
            </Card>
          )}
          {preview.error !== null && (
            <Unreadable
              key={`${file.name} ${kind}`}
              error={preview.error}
              file={file}
              kind={kind}
              mapping={preview.variables?.mapping}
              onMapping={(mapping) => read({ file, kind, mode, mapping })}
            />
          )}
          {preview.data && !preview.isPending && (
            <UploadReview
              key={preview.data.previewId}
              kind={kind}
              mode={mode}
              preview={preview.data}
              onMapping={(mapping) => read({ file, kind, mode, mapping })}
              onApplied={(result) => {
                startOver();
                setApplied(result);
                void queryClient.invalidateQueries({ queryKey: ['oa'] });
              }}
            />
          )}
        </>
      )}
    </Page>
  );
}

interface UnreadableProps {
  readonly error: Error;
  readonly file: File;
  readonly kind: UploadKind;
  readonly mapping: UploadMapping | undefined;
  readonly onMapping: (mapping: UploadMapping) => void;
}

/** Columns that nobody recognises can still be named by hand. */
function Unreadable({ error, file, kind, mapping, onMapping }: UnreadableProps) {
  const { t, maybe } = useLanguage();
  const headers = useQuery({
    queryKey: ['oa', 'upload-headers', file.name, file.lastModified, file.size],
    queryFn: () => headersOf(file),
    gcTime: 0,
  });
  const problems = error instanceof ApiError ? (error.body.fields ?? []) : [];
  const aboutColumns = problems.length > 0 && problems.every(({ path }) => namedFields[kind].includes(path));
  return (
    <>
      <FailureNotice error={error} />
      {problems.length > 0 && (
        <Alert
          type="error"
          title={problems.map(({ path, message }) => (
            <div key={path}>{message}</div>
          ))}
        />
      )}
      {aboutColumns && headers.data !== undefined && headers.data.length > 0 && (
        <UploadColumns
          kind={kind}
          headers={headers.data}
          mapping={mapping ?? {}}
          fields={namedFields[kind].map((field) => ({
            field,
            label:
              (kind === 'users' ? maybe(`oa-field.${field}`) : undefined) ??
              maybe(`upload.field.${field}`) ??
              field,
            required: problems.some(({ path }) => path === field),
          }))}
          onMapping={onMapping}
        />
      )}
      {aboutColumns && headers.data?.length === 0 && <span>{t('upload.columns.rename')}</span>}
    </>
  );
}

function Applied({ result }: { readonly result: FeedResult }) {
  const { t, number } = useLanguage();
  return (
    <Alert
      type={result.unconfirmed === null ? 'success' : 'warning'}
      showIcon
      role="status"
      title={t('upload.applied', { version: number(result.version) })}
      description={result.unconfirmed === null ? undefined : t('upload.applied.unconfirmed')}
      action={<Link to="/oa">{t('upload.see')}</Link>}
    />
  );
}
