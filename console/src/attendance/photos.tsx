import { PictureOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { fetchPhoto } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';

interface PhotosProps {
  readonly corpId: string;
  readonly mediaIds: readonly string[];
}

/** Not copied by the bridge: asked of WeCom when somebody wants to see one. */
export function Photos({ corpId, mediaIds }: PhotosProps) {
  const { t } = useLanguage();
  return (
    <div className="stack att-tight">
      <p className="small quiet att-lead">{t('att.photos.about')}</p>
      {mediaIds.map((mediaId, index) => (
        <Photo key={mediaId} corpId={corpId} mediaId={mediaId} nth={index + 1} />
      ))}
    </div>
  );
}

function Photo({
  corpId,
  mediaId,
  nth,
}: {
  readonly corpId: string;
  readonly mediaId: string;
  readonly nth: number;
}) {
  const { t } = useLanguage();
  const photo = useMutation({
    mutationFn: async () => dataUrlOf((await fetchPhoto(corpId, mediaId)).content),
  });
  if (photo.data !== undefined) {
    return <img className="att-photo" src={photo.data} alt={t('att.photos.nth', { n: nth })} />;
  }
  return (
    <>
      {photo.error !== null && <FailureNotice error={photo.error} />}
      <div>
        <Button icon={<PictureOutlined />} loading={photo.isPending} onClick={() => photo.mutate()}>
          {t('att.photos.show', { n: nth })}
        </Button>
      </div>
    </>
  );
}

/** The page's policy lets pictures be of this site or data, not addresses of blobs. */
function dataUrlOf(content: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The photo could not be read')));
    reader.readAsDataURL(content);
  });
}
