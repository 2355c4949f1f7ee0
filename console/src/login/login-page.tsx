import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Navigate, useLocation, useNavigate, useSearchParams } from 'react-router';
import { type Session, sessionQuery, signIn, signInOnce } from '../api/session';
import { useLanguage } from '../language/use-language';
import { Brand } from '../layout/brand';
import { LanguageSwitch } from '../layout/language-switch';
import { FailureNotice } from '../parts/failure-notice';
import type { LoginState } from './login-state';
import { PasswordForm } from './password-form';

export function Component() {
  const { t } = useLanguage();
  return (
    <div className="login">
      <section className="login-side" aria-label="WeCom Bridge">
        <Brand />
        <h2>{t('login.promise')}</h2>
        <ul>
          <li>{t('login.promise.plan')}</li>
          <li>{t('login.promise.watch')}</li>
          <li>{t('login.promise.resume')}</li>
        </ul>
      </section>
      <main className="login-form">
        <div className="login-top">
          <LanguageSwitch />
        </div>
        <div className="login-box">
          <Login />
        </div>
      </main>
    </div>
  );
}

function Login() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const location = useLocation();
  const queryClient = useQueryClient();
  const [parameters] = useSearchParams();
  const [token] = useState(() => parameters.get('token'));
  const [offerPassword, setOfferPassword] = useState(false);
  const { data: session } = useQuery(sessionQuery);
  const { from = '/', expired = false } = (location.state ?? {}) as LoginState;

  useEffect(() => {
    document.title = `${t('login.title')} · WeCom Bridge`;
  }, [t]);

  async function enter(next: Session) {
    // An answer under way about the session before must not replace the new one.
    await queryClient.cancelQueries({ queryKey: sessionQuery.queryKey });
    // What the last user of this browser had on the screen is not for the next one.
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    queryClient.setQueryData(sessionQuery.queryKey, next);
  }

  const once = useMutation({
    mutationFn: signInOnce,
    onSuccess: (next) => {
      setOfferPassword(!next.user.hasPassword);
      return enter(next);
    },
  });
  const byPassword = useMutation({ mutationFn: signIn, onSuccess: enter });

  const used = useRef(false);
  useEffect(() => {
    if (token === null || used.current) return;
    used.current = true;
    void navigate('/login', { replace: true });
    once.mutate(token);
  }, [token, navigate, once]);

  if (session && offerPassword) {
    return (
      <>
        <h1>{t('password.set')}</h1>
        <p className="lead">{t('password.set.lead', { name: session.user.displayName })}</p>
        <PasswordForm onDone={() => setOfferPassword(false)} onSkip={() => setOfferPassword(false)} />
      </>
    );
  }
  if (session && !once.isPending) return <Navigate to={from} replace />;
  if (once.isPending) {
    return (
      <div role="status" style={{ textAlign: 'center' }}>
        <Spin size="large" />
        <p className="lead">{t('login.entering')}</p>
      </div>
    );
  }
  return (
    <>
      <h1>{t('login.title')}</h1>
      <p className="lead">{t('login.lead')}</p>
      <div className="stack">
        {once.error !== null && byPassword.isIdle && <FailureNotice error={once.error} />}
        {expired && once.isIdle && byPassword.isIdle && (
          <Alert type="info" showIcon title={t('login.expired')} />
        )}
        {byPassword.error !== null && <FailureNotice error={byPassword.error} />}
        <Form<{ loginName: string; password: string }>
          layout="vertical"
          requiredMark={false}
          onFinish={(credentials) => byPassword.mutate(credentials)}
        >
          <Form.Item
            name="loginName"
            label={t('login.name')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input size="large" autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('login.password')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={byPassword.isPending}>
            {t('login.enter')}
          </Button>
        </Form>
        <p className="quiet small">{t('login.no-password')}</p>
      </div>
    </>
  );
}
