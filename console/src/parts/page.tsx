import { ArrowLeftOutlined } from '@ant-design/icons';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly back?: { readonly to: string; readonly label: string };
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · WeCom Bridge`;
  }, [title]);
  useEffect(() => {
    // A screen reader hears where a click has led; the first page of a visit keeps the browser's own focus.
    if (document.activeElement !== document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <header className="page-head">
        <div className="page-title">
          {back && (
            <Link className="page-back" to={back.to}>
              <ArrowLeftOutlined aria-hidden /> {back.label}
            </Link>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      <div className="stack">{children}</div>
    </>
  );
}
