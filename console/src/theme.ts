import type { ThemeConfig } from 'antd';
import { moves } from './parts/motion';

/** Text colours keep 4.5:1 on white: the stock greys and greens of the component library don't. */
export const theme: ThemeConfig = {
  token: {
    // What slides and fades is drawn by scripts as well, which the style sheet does not reach.
    motion: moves,
    colorPrimary: '#1d5bd6',
    colorLink: '#1a52c2',
    colorSuccess: '#1f7a3a',
    colorWarning: '#a15c00',
    colorError: '#c4232b',
    colorInfo: '#1d5bd6',
    colorWarningBg: '#fff7e6',
    colorWarningBorder: '#f0cf94',
    colorSuccessBg: '#eef8f1',
    colorSuccessBorder: '#b4dcc1',
    colorTextBase: '#16202e',
    colorTextSecondary: '#4a5668',
    colorTextTertiary: '#5b6779',
    colorTextDescription: '#5b6779',
    colorTextPlaceholder: '#6b7688',
    colorBgLayout: '#f4f6f9',
    colorBorderSecondary: '#e6eaf0',
    borderRadius: 8,
    fontFamily:
      "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
  },
  components: {
    Table: { headerBg: '#f7f9fc', cellPaddingBlock: 12 },
    Card: { headerFontSize: 15 },
    Menu: {
      darkItemBg: 'transparent',
      darkItemSelectedBg: '#1d5bd6',
      darkItemColor: 'rgba(255, 255, 255, 0.82)',
    },
  },
};
