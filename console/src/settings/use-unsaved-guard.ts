import { App } from 'antd';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useLanguage } from '../language/use-language';

/** Asks before edited settings are lost: by another page, another view of this one, or the browser's own buttons. */
export function useUnsavedGuard(unsaved: boolean): void {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const blocker = useBlocker(
    ({ currentLocation: here, nextLocation: there }) =>
      unsaved && (here.pathname !== there.pathname || here.search !== there.search),
  );

  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);

  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    const asked = modal.confirm({
      title: t('leave.title'),
      content: t('leave.about'),
      okText: t('leave.stay'),
      cancelText: t('leave.go'),
      cancelButtonProps: { danger: true },
      onOk: () => blocker.reset(),
      onCancel: () => blocker.proceed(),
    });
    return () => asked.destroy();
  }, [blocker, modal, t]);
}
