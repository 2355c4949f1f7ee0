import { UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty } from 'antd';
import { useMemo } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { oaDirectoryQuery, oaNodesQuery } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { withValues } from '../parts/address-values';
import { FailureNotice } from '../parts/failure-notice';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import { useMay } from '../session/use-session';
import { FeedStatus } from './feed-status';
import './oa.css';
import { OaDepartmentSelect, OaDepartmentTree } from './oa-department-tree';
import { OaPeople } from './oa-people';
import { oaPaths, oaTree } from './oa-tree';

export function Component() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const mayFeed = useMay('oa:write');
  const state = useQuery(oaDirectoryQuery);
  return (
    <Page
      title={t('oa.title')}
      lead={t('oa.lead')}
      actions={
        mayFeed && (
          <Button type="primary" icon={<UploadOutlined />} onClick={() => void navigate('/oa/upload')}>
            {t('oa.upload')}
          </Button>
        )
      }
    >
      <QueryView query={state}>
        {(directory) => (
          <>
            <FeedStatus state={directory} />
            {directory.version === 0 && directory.users.active === 0 && directory.departments === 0 ? (
              <Card>
                <Empty description={t('oa.state.empty.about')} />
              </Card>
            ) : (
              <Directory />
            )}
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Directory() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const nodes = useQuery(oaNodesQuery);
  const tree = useMemo(() => oaTree(nodes.data ?? []), [nodes.data]);
  const paths = useMemo(() => oaPaths(tree), [tree]);
  const chosen = parameters.get('node') ?? undefined;

  function change(name: 'node' | 'q', value: string | undefined) {
    setParameters((before) => withValues(before, { [name]: value }), { replace: true });
  }

  const choose = (key: string | undefined) => change('node', key);
  return (
    <div className="members">
      <Card className="members-tree" size="small" title={t('oa.tree')}>
        {nodes.error !== null && <FailureNotice error={nodes.error} onRetry={() => void nodes.refetch()} />}
        {nodes.data && (
          <OaDepartmentTree tree={tree} size={nodes.data.length} chosen={chosen} onChoose={choose} />
        )}
      </Card>
      <OaPeople
        paths={paths}
        node={chosen}
        words={parameters.get('q') ?? ''}
        onSearch={(words) => change('q', words)}
        picker={
          <OaDepartmentSelect tree={tree} size={nodes.data?.length ?? 0} chosen={chosen} onChoose={choose} />
        }
      />
    </div>
  );
}
