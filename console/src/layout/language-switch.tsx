import { GlobalOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useLanguage } from '../language/use-language';
import { sessionQuery } from '../api/session';

export function LanguageSwitch() {
  const { lang, choose } = useLanguage();
  const queryClient = useQueryClient();
  const other = lang === 'zh-CN' ? 'en' : 'zh-CN';

  function change() {
    choose(other);
    // The API words its messages and advice in the language of the request.
    void queryClient.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0],
    });
  }

  return (
    <Button type="text" icon={<GlobalOutlined />} onClick={change} lang={other}>
      {other === 'en' ? 'English' : '中文'}
    </Button>
  );
}
