import { useQuery } from '@tanstack/react-query';
import { Spin } from 'antd';
import { useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { sessionQuery } from '../api/session';
import { FailureNotice } from '../parts/failure-notice';
import type { LoginState } from '../login/login-state';

export function SessionGate() {
  const { data, error, isPending, refetch } = useQuery(sessionQuery);
  const location = useLocation();
  const [wasOpen, setWasOpen] = useState(false);
  if (data && !wasOpen) setWasOpen(true);
  if (isPending) return <Spin size="large" className="page-wait" />;
  if (data === undefined) {
    return (
      <div style={{ maxWidth: 560, margin: '20vh auto', padding: 16 }}>
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (data === null) {
    // In the history entry and not in the address: a path may hold a search for a person.
    const state: LoginState = { from: `${location.pathname}${location.search}`, expired: wasOpen };
    return <Navigate to="/login" replace state={state} />;
  }
  return <Outlet />;
}
