import { UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Upload } from 'antd';
import { ApiError } from '../api/client';
import { uploadPicture } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { useMay } from '../session/use-session';
import type { OwnPicture } from './message-bubble';

interface PictureUploadProps {
  readonly corpId: string | undefined;
  readonly appId: string | undefined;
  readonly onUploaded: (picture: OwnPicture) => void;
}

/** Hands a picture to WeCom, whose address of it goes into the rule. */
export function PictureUpload({ corpId, appId, onUploaded }: PictureUploadProps) {
  const { t } = useLanguage();
  const may = useMay('settings:write');
  const upload = useMutation({
    mutationFn: async ({ corp, app, file }: { corp: string; app: string; file: File }) => ({
      ...(await uploadPicture(corp, app, file)),
      dataUrl: await dataUrlOf(file),
    }),
    onSuccess: onUploaded,
  });
  if (!may) return null;
  const isReady = corpId !== undefined && appId !== undefined;
  return (
    <div className="stack msg-upload">
      <Upload
        accept=".jpg,.jpeg,.png"
        maxCount={1}
        showUploadList={false}
        disabled={!isReady || upload.isPending}
        beforeUpload={(file) => {
          if (isReady) upload.mutate({ corp: corpId, app: appId, file });
          return false;
        }}
      >
        <Button size="small" icon={<UploadOutlined />} loading={upload.isPending} disabled={!isReady}>
          {t('msg.picture.upload')}
        </Button>
      </Upload>
      <span>{t(isReady ? 'msg.picture.about' : 'msg.picture.app-first')}</span>
      {upload.error !== null && (
        <span role="alert">
          <Mark tone="bad">{wordsOf(upload.error)}</Mark>
        </span>
      )}
    </div>
  );

  /** What is wrong with the file comes first. */
  function wordsOf(error: Error): string {
    const said = error instanceof ApiError ? error.body.fields?.[0]?.message : undefined;
    return said ?? describeFailure(error, t).title;
  }
}

/** For the preview: the console loads nothing from elsewhere. */
function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('The file can not be read'));
    reader.readAsDataURL(file);
  });
}
