import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';

/** Where employees bind themselves, and what has to be entered in WeCom for it. */
export function BindingPageAddress({ bindUrl }: { readonly bindUrl: string }) {
  const { t } = useLanguage();
  return (
    <section className="bind-address" aria-label={t('app.bind')}>
      <div className="bind-address-title">{t('app.bind')}</div>
      <CopyField value={bindUrl} label={t('app.bind')} />
      <p className="quiet">{t('app.bind.about')}</p>
      <ol className="where-list">
        <li>{t('app.bind.step.1')}</li>
        <li>{t('app.bind.step.2', { host: new URL(bindUrl, window.location.href).host })}</li>
        <li>{t('app.bind.step.3')}</li>
      </ol>
    </section>
  );
}
