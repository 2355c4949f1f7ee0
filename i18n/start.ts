import type { Text } from './index';

/** What the start, run and stop of the whole product say in the terminal. */
export const startTexts = {
  startingServers: { 'zh-CN': '启动 Postgres 与 Temporal', en: 'Starting Postgres and Temporal' },
  migrating: { 'zh-CN': '更新数据库结构', en: 'Migrating the database' },
  startingSimulator: { 'zh-CN': '启动企业微信模拟器', en: 'Starting the WeCom simulator' },
  startingParts: { 'zh-CN': '启动接口、控制台与工作进程', en: 'Starting API, console and worker' },
  waitingForReady: { 'zh-CN': '等待全部就绪', en: 'Waiting until everything answers' },
  portMoved: {
    'zh-CN': '• 端口 {usual} 已被占用，{variable} 改用 {port}',
    en: '• Port {usual} is taken; {variable} is {port} this time',
  },
  portTaken: {
    'zh-CN':
      '{variable} 指定的端口 {port} 已被占用{holder}。请停止占用者，或将 {variable} 设为其他端口；不设置则自动选用下一个空闲端口。',
    en: 'Port {port}, which {variable} asks for, is taken{holder}. Stop what holds it, set {variable} to another port, or leave it unset to get the next free one.',
  },
  portHolder: { 'zh-CN': '（进程 {pid}：{command}）', en: ' by process {pid} ({command})' },
  alreadyRunning: {
    'zh-CN':
      'WeCom Bridge 已在使用数据目录 {folder} 运行（进程 {pid}）。请先停止它，或用 BRIDGE_DATA_DIR 指定其他目录。',
    en: 'WeCom Bridge is already running on {folder} (process {pid}). Stop it first, or name another folder with BRIDGE_DATA_DIR.',
  },
  leftoversEnded: {
    'zh-CN': '• 已结束上次运行遗留的 {count} 个进程',
    en: '• Ended {count} processes left by the last run',
  },
  partEnded: {
    'zh-CN': '! {part} 已退出（{reason}），{seconds} 秒后重新启动',
    en: '! {part} ended ({reason}); it is started again in {seconds} s',
  },
  partRestartFailed: {
    'zh-CN': '! {part} 未能启动（{reason}），{seconds} 秒后重试',
    en: '! {part} did not start ({reason}); next try in {seconds} s',
  },
  partBack: { 'zh-CN': '✔ {part} 已恢复运行', en: '✔ {part} is running again' },
  partNotReady: {
    'zh-CN': '{part} 在 {seconds} 秒内未就绪，日志见 {log}',
    en: '{part} was not ready within {seconds} s; its log is {log}',
  },
  partFailed: {
    'zh-CN': '{part} 启动失败：{reason}\n日志：{log}',
    en: '{part} did not start: {reason}\nIts log: {log}',
  },
  demoWithoutCallback: {
    'zh-CN': '! 演示企业的回调未能接通（{reason}），在模拟器中手工做的修改要到下次拉取才会出现\n日志：{log}',
    en: '! The callback of the demo company could not be connected ({reason}): what is changed by hand in the simulator shows up with the next pull only\nIts log: {log}',
  },
  databaseUnusable: {
    'zh-CN': '数据库 {database} 无法使用：{reason}',
    en: "The database {database} can't be used: {reason}",
  },
  notReady: {
    'zh-CN': '启动未完成：{url} 在 {seconds} 秒内仍回答 {answer}',
    en: 'The start did not come to its end: {url} still answers {answer} after {seconds} s',
  },
  running: { 'zh-CN': 'WeCom Bridge 已就绪（{seconds} 秒）', en: 'WeCom Bridge is ready ({seconds} s)' },
  console: { 'zh-CN': '控制台', en: 'Console' },
  consoleWithLogin: { 'zh-CN': '一次性登录', en: 'One-time login' },
  temporalUi: { 'zh-CN': 'Temporal 界面', en: 'Temporal UI' },
  apiDocs: { 'zh-CN': '接口文档', en: 'API docs' },
  simulator: { 'zh-CN': '企业微信模拟器', en: 'WeCom simulator' },
  phone: { 'zh-CN': '成员手机上看到的', en: 'A member’s phone' },
  dataFolder: { 'zh-CN': '数据目录', en: 'Data folder' },
  stopHint: { 'zh-CN': '按 Ctrl-C 停止', en: 'Stop with Ctrl-C' },
  stopping: {
    'zh-CN': '正在停止：先等工作进程做完手头的事。再按一次 Ctrl-C 立即结束。',
    en: 'Stopping: the worker finishes what it is doing first. Press Ctrl-C again to end at once.',
  },
  stopped: { 'zh-CN': '已停止', en: 'Stopped' },
  stoppedHard: { 'zh-CN': '已立即结束', en: 'Ended at once' },
} satisfies Record<string, Text>;
