import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input, Select, Skeleton } from 'antd';
import { useRef, useState } from 'react';
import { type OaUser, oaUserChoicesQuery, oaUserQuery } from '../api/oa';
import { type ExpressionResult, type FieldMapping, type FieldSource, tryExpression } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useSettled } from '../parts/use-settled';

interface ExpressionDrawerProps {
  readonly open: boolean;
  readonly corpId: string;
  readonly disabled: boolean;
  /** The field it is for. */
  readonly target: string;
  readonly mapping: FieldMapping | undefined;
  readonly variables: readonly { readonly field: string; readonly name: string }[];
  /** Whether it is tried on people of the OA. */
  readonly onOaPerson: boolean;
  readonly onClose: () => void;
  readonly onUse: (from: FieldSource) => void;
}

export function ExpressionDrawer(props: ExpressionDrawerProps) {
  const { open, target, mapping, onClose } = props;
  const { t } = useLanguage();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={640}
      destroyOnHidden
      title={`${t('expr.title')}${target === '' ? '' : ` · ${target}`}`}
    >
      {mapping && <EditExpression {...props} mapping={mapping} />}
    </Drawer>
  );
}

const examples = [
  { text: 'expr.example.join', expression: `position + ' (' + jobNumber + ')'` },
  { text: 'expr.example.default', expression: 'coalesce(telephone, mobile)' },
  { text: 'expr.example.gender', expression: `gender == 'female' ? 'Ms' : 'Mr'` },
] as const;

const typingPauseMs = 400;

/** Not every name of the OA's own fields can stand behind a dot. */
function variable(field: string): string {
  const own = /^custom\.(.+)$/.exec(field)?.[1];
  return own === undefined || /^[A-Za-z_]\w*$/.test(own) ? field : `custom[${JSON.stringify(own)}]`;
}

type EditExpressionProps = ExpressionDrawerProps & { readonly mapping: FieldMapping };

function EditExpression(props: EditExpressionProps) {
  const { corpId, disabled, mapping, variables, onOaPerson, onClose, onUse } = props;
  const { t } = useLanguage();
  const [expression, setExpression] = useState(
    typeof mapping.from === 'string' ? mapping.from : mapping.from.expression,
  );
  const [oaUserId, setOaUserId] = useState<string | undefined>();
  const box = useRef<HTMLDivElement>(null);

  function insert(field: string) {
    const area = box.current?.querySelector('textarea');
    const at = area?.selectionStart ?? expression.length;
    const until = area?.selectionEnd ?? at;
    setExpression(`${expression.slice(0, at)}${field}${expression.slice(until)}`);
    area?.focus();
  }

  return (
    <div className="stack" ref={box}>
      <p className="set-lead">{t('expr.about')}</p>
      <div>
        <label className="set-label" htmlFor="expression-input">
          {t('expr.label')}
        </label>
        <Input.TextArea
          id="expression-input"
          className="mono"
          autoSize={{ minRows: 3, maxRows: 10 }}
          maxLength={1_000}
          spellCheck={false}
          disabled={disabled}
          value={expression}
          onChange={({ target }) => setExpression(target.value)}
        />
      </div>
      <Chips
        title={t(onOaPerson ? 'expr.fields' : 'expr.fields.wecom')}
        entries={variables.map(({ field, name }) => ({ key: field, label: name, code: variable(field) }))}
        onChoose={insert}
      />
      <Chips
        title={t('expr.examples')}
        entries={examples.map(({ text, expression: code }) => ({ key: code, label: t(text), code }))}
        onChoose={setExpression}
      />
      {onOaPerson && (
        <Tester corpId={corpId} expression={expression} oaUserId={oaUserId} onChoose={setOaUserId} />
      )}
      <div className="row">
        <Button
          type="primary"
          disabled={disabled || expression.trim() === ''}
          onClick={() => onUse({ expression: expression.trim() })}
        >
          {t('expr.use')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </div>
  );
}

interface ChipsProps {
  readonly title: string;
  readonly entries: readonly { readonly key: string; readonly label: string; readonly code: string }[];
  readonly onChoose: (code: string) => void;
}

function Chips({ title, entries, onChoose }: ChipsProps) {
  return (
    <div>
      <div className="set-label">{title}</div>
      <div className="chips">
        {entries.map(({ key, label, code }) => (
          <button type="button" key={key} className="chip" onClick={() => onChoose(code)}>
            <span>{label}</span>
            <code>{code}</code>
          </button>
        ))}
      </div>
    </div>
  );
}

interface TesterProps {
  readonly corpId: string;
  readonly expression: string;
  readonly oaUserId: string | undefined;
  readonly onChoose: (oaUserId: string | undefined) => void;
}

function Tester({ corpId, expression, oaUserId, onChoose }: TesterProps) {
  const { t } = useLanguage();
  const settled = useSettled(expression.trim(), typingPauseMs);
  const attempt = useQuery({
    queryKey: ['corps', corpId, 'expression', settled, oaUserId ?? null],
    queryFn: () =>
      tryExpression(corpId, { expression: settled, ...(oaUserId === undefined ? {} : { oaUserId }) }),
    enabled: settled !== '',
    retry: false,
    placeholderData: (before) => before,
  });
  return (
    <section className="tester" aria-label={t('expr.test')}>
      <div className="set-label">{t('expr.test')}</div>
      <OaUserSelect chosen={oaUserId} onChoose={onChoose} />
      <div role="status" aria-live="polite">
        {settled === '' && <span className="quiet">{t('expr.test.choose')}</span>}
        {attempt.error !== null && <FailureNotice error={attempt.error} />}
        {attempt.isPending && settled !== '' && <Skeleton active title={false} paragraph={{ rows: 1 }} />}
        {attempt.data && settled !== '' && attempt.error === null && (
          <Alert
            type={attempt.data.ok ? 'success' : 'error'}
            showIcon
            title={
              !attempt.data.ok
                ? t('expr.test.invalid')
                : attempt.data.user === null
                  ? t('expr.test.valid')
                  : t('expr.test.result')
            }
            description={<Outcome {...attempt.data} />}
          />
        )}
      </div>
    </section>
  );
}

function Outcome({ ok, value, error, position, user }: ExpressionResult) {
  const { t } = useLanguage();
  if (!ok) {
    return (
      <>
        <span className="wrap-anywhere">{error}</span>
        {position !== undefined && <div className="small">{t('expr.test.at', { position })}</div>}
      </>
    );
  }
  if (user === null) return <>{t('expr.test.choose')}</>;
  return (
    <>
      {t('expr.test.of', { name: user.name })}{' '}
      {value === null || value === undefined ? (
        t('expr.test.nothing')
      ) : value === '' ? (
        t('expr.test.clears')
      ) : (
        <strong className="wrap-anywhere">{value}</strong>
      )}
    </>
  );
}

interface OaUserSelectProps {
  readonly chosen: string | undefined;
  readonly onChoose: (oaUserId: string | undefined) => void;
}

function OaUserSelect({ chosen, onChoose }: OaUserSelectProps) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim(), 250);
  const found = useQuery({ ...oaUserChoicesQuery(words), enabled: words !== '' });
  const person = useQuery({ ...oaUserQuery(chosen ?? ''), enabled: chosen !== undefined });
  const label = ({ name, loginId }: OaUser) => `${name} · ${loginId}`;
  const people = words === '' ? [] : (found.data ?? []);
  return (
    <Select<string | undefined>
      className="tester-person"
      aria-label={t('expr.test.user')}
      placeholder={t('people.search')}
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={found.isFetching}
      notFoundContent={t(
        words === '' ? 'people.type' : found.isFetching ? 'people.searching' : 'people.none',
      )}
      {...(chosen === undefined ? {} : { value: chosen })}
      onChange={(oaUserId) => onChoose(oaUserId)}
      options={[
        ...people.map((user) => ({ value: user.id, label: label(user) })),
        ...(person.data && people.every(({ id }) => id !== person.data.id)
          ? [{ value: person.data.id, label: label(person.data) }]
          : []),
      ]}
    />
  );
}
