import {
  ArrowRightOutlined,
  CloseCircleOutlined,
  DisconnectOutlined,
  LinkOutlined,
  MinusOutlined,
  PauseOutlined,
  PlusOutlined,
  QuestionOutlined,
  StepForwardOutlined,
  StopOutlined,
  UndoOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import type { ActionLook } from './action-looks';

const update = <span aria-hidden>~</span>;

const looks: Readonly<Record<string, ActionLook>> = {
  delete: { colour: 'delete', icon: <MinusOutlined aria-hidden /> },
  disable: { colour: 'disable', icon: <PauseOutlined aria-hidden /> },
  depart: { colour: 'disable', icon: <PauseOutlined aria-hidden /> },
  remove: { colour: 'delete', icon: <MinusOutlined aria-hidden /> },
  return: { colour: 'enable', icon: <UndoOutlined aria-hidden /> },
  conflict: { colour: 'conflict', icon: <QuestionOutlined aria-hidden /> },
  held: { colour: 'held', icon: <StopOutlined aria-hidden /> },
  error: { colour: 'delete', icon: <CloseCircleOutlined aria-hidden /> },
  move: { colour: 'move', icon: <ArrowRightOutlined aria-hidden /> },
  update: { colour: 'update', icon: update },
  rename: { colour: 'update', icon: update },
  create: { colour: 'create', icon: <PlusOutlined aria-hidden /> },
  enable: { colour: 'enable', icon: <UndoOutlined aria-hidden /> },
  bind: { colour: 'matched', icon: <LinkOutlined aria-hidden /> },
  unbind: { colour: 'skipped', icon: <DisconnectOutlined aria-hidden /> },
  unlink: { colour: 'skipped', icon: <DisconnectOutlined aria-hidden /> },
  link: { colour: 'matched', icon: <LinkOutlined aria-hidden /> },
  superior: { colour: 'update', icon: <UserSwitchOutlined aria-hidden /> },
  skipped: { colour: 'skipped', icon: <StepForwardOutlined aria-hidden /> },
  unchanged: { colour: 'skipped', icon: <span aria-hidden>=</span> },
};

export function tileLook(key: string): ActionLook {
  return looks[key] ?? { colour: 'skipped', icon: null };
}
