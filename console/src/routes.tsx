import { Spin } from 'antd';
import { createBrowserRouter } from 'react-router';
import { BrokenPage } from './layout/broken-page';
import { NotFoundPage } from './layout/not-found-page';
import { SessionGate } from './session/session-gate';

/** Each page is a chunk of its own, loaded when it is first opened. */
export const router = createBrowserRouter([
  {
    errorElement: <BrokenPage />,
    hydrateFallbackElement: <Spin size="large" className="page-wait" />,
    children: [
      { path: '/login', lazy: () => import('./login/login-page') },
      {
        element: <SessionGate />,
        children: [
          {
            lazy: () => import('./layout/shell'),
            children: [
              {
                errorElement: <BrokenPage />,
                children: [
                  { index: true, lazy: () => import('./overview/overview-page') },
                  { path: '/corps', lazy: () => import('./corps/corps-page') },
                  { path: '/corps/new', lazy: () => import('./corps/connect-corp-page') },
                  { path: '/corps/:corpId/:tab?', lazy: () => import('./corps/corp-page') },
                  { path: '/runs', lazy: () => import('./runs/runs-page') },
                  { path: '/runs/:runId', lazy: () => import('./runs/run-page') },
                  { path: '/messages/rules/:ruleId', lazy: () => import('./messages/rule-page') },
                  { path: '/messages/:tab?', lazy: () => import('./messages/messages-page') },
                  { path: '/oa', lazy: () => import('./oa/oa-page') },
                  { path: '/oa/upload', lazy: () => import('./oa/upload-page') },
                  { path: '/audit', lazy: () => import('./audit/audit-page') },
                  { path: '/users', lazy: () => import('./users-and-tokens/users-page') },
                  { path: '/tokens', lazy: () => import('./users-and-tokens/tokens-page') },
                  { path: '/system', lazy: () => import('./system/system-page') },
                  { path: '*', element: <NotFoundPage /> },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
]);
