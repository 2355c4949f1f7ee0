import { Alert, Button } from 'antd';
import { ApiError, UnreachableError, type WecomAnswer } from '../api/client';
import { type Translate, useLanguage } from '../language/use-language';

interface Failure {
  readonly title: string;
  readonly advice?: string | undefined;
  readonly wecom?: string | undefined;
}

export function describeFailure(error: unknown, t: Translate): Failure {
  if (error instanceof ApiError) {
    const { message, advice, wecom } = error.body;
    return {
      title: message,
      advice,
      wecom: wecom && describeWecomAnswer(wecom, t),
    };
  }
  if (error instanceof UnreachableError) {
    return { title: t('failure.unreachable'), advice: t('failure.unreachable.advice') };
  }
  return { title: t('failure.unexpected'), advice: error instanceof Error ? error.message : undefined };
}

export function describeWecomAnswer({ errcode, path, errmsg }: WecomAnswer, t: Translate): string {
  return t('failure.wecom', { errcode: errcode ?? '—', path, errmsg });
}

interface FailureNoticeProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

export function FailureNotice({ error, onRetry }: FailureNoticeProps) {
  const { t } = useLanguage();
  const { title, advice, wecom } = describeFailure(error, t);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={
        (advice !== undefined || wecom !== undefined) && (
          <>
            {advice !== undefined && <div style={{ whiteSpace: 'pre-line' }}>{advice}</div>}
            {wecom !== undefined && <div className="quiet small mono">{wecom}</div>}
          </>
        )
      }
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t('action.retry')}
          </Button>
        )
      }
    />
  );
}
