import { ArrowRightOutlined, FolderOutlined } from '@ant-design/icons';
import { Form } from 'antd';
import { useLanguage } from '../language/use-language';
import { nameOf } from './setting-fields';

/** What the switch does to a member of A and B whom the OA has in C. */
export function DepartmentsExample() {
  const { t } = useLanguage();
  const fully = Form.useWatch<boolean | undefined>(nameOf('push.departmentsFullyFromOa'));
  return (
    <figure className="example" aria-label={t('set.example.title')}>
      <div className="example-grid">
        <div className="example-case">{t('set.example.several')}</div>
        <div className="example-line">
          <Situation wecom={['A', 'B']} />
          <div className="example-results">
            <Result words={t('set.example.on')} departments={['C']} chosen={fully === true} />
            <Result words={t('set.example.off')} departments={['A', 'B', 'C']} chosen={fully === false} />
          </div>
        </div>
        <div className="example-case">{t('set.example.one')}</div>
        <div className="example-line">
          <Situation wecom={['A']} />
          <div className="example-results">
            <Result words={t('set.example.always')} departments={['C']} chosen />
          </div>
        </div>
      </div>
    </figure>
  );
}

function Situation({ wecom }: { readonly wecom: readonly string[] }) {
  const { t } = useLanguage();
  return (
    <>
      <div className="example-now">
        <span className="example-side">{t('set.example.wecom')}</span>
        <Departments names={wecom} tone="wecom" />
        <span className="example-side">{t('set.example.oa')}</span>
        <Departments names={['C']} tone="oa" />
      </div>
      <ArrowRightOutlined className="example-arrow" aria-hidden />
    </>
  );
}

interface ResultProps {
  readonly words: string;
  readonly departments: readonly string[];
  readonly chosen: boolean;
}

function Result({ words, departments, chosen }: ResultProps) {
  const { t } = useLanguage();
  return (
    <div className={chosen ? 'example-result example-chosen' : 'example-result'}>
      <span>
        {words}
        {chosen && <span className="choice-tag">{t('set.example.chosen')}</span>}
      </span>
      <Departments names={departments} tone="after" />
    </div>
  );
}

interface DepartmentsProps {
  readonly names: readonly string[];
  readonly tone: 'wecom' | 'oa' | 'after';
}

function Departments({ names, tone }: DepartmentsProps) {
  const { t } = useLanguage();
  return (
    <span className="example-departments">
      {names.map((name) => (
        <span key={name} className={`example-department example-${tone}`}>
          <FolderOutlined aria-hidden /> {t('set.example.department', { name })}
        </span>
      ))}
    </span>
  );
}
