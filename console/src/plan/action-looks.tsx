import {
  ArrowRightOutlined,
  DisconnectOutlined,
  LinkOutlined,
  MinusOutlined,
  PauseOutlined,
  PlusOutlined,
  QuestionOutlined,
  StepForwardOutlined,
  UndoOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { ChangeAction } from '../api/push';

export interface ActionLook {
  /** The class behind the colours; an icon and a word always stand beside it. */
  readonly colour: string;
  readonly icon: ReactNode;
}

const update = <span aria-hidden>~</span>;

export const actionLooks: Readonly<Record<ChangeAction, ActionLook>> = {
  deleteUser: { colour: 'delete', icon: <MinusOutlined aria-hidden /> },
  deleteDepartment: { colour: 'delete', icon: <MinusOutlined aria-hidden /> },
  disableUser: { colour: 'disable', icon: <PauseOutlined aria-hidden /> },
  departOaUser: { colour: 'disable', icon: <PauseOutlined aria-hidden /> },
  removeOaDepartment: { colour: 'delete', icon: <MinusOutlined aria-hidden /> },
  moveOaDepartment: { colour: 'move', icon: <ArrowRightOutlined aria-hidden /> },
  updateOaUser: { colour: 'update', icon: update },
  renameOaDepartment: { colour: 'update', icon: update },
  createOaUser: { colour: 'create', icon: <PlusOutlined aria-hidden /> },
  createOaDepartment: { colour: 'create', icon: <PlusOutlined aria-hidden /> },
  returnOaUser: { colour: 'enable', icon: <UndoOutlined aria-hidden /> },
  moveDepartment: { colour: 'move', icon: <ArrowRightOutlined aria-hidden /> },
  updateUser: { colour: 'update', icon: update },
  renameDepartment: { colour: 'update', icon: update },
  setSuperior: { colour: 'update', icon: <UserSwitchOutlined aria-hidden /> },
  createUser: { colour: 'create', icon: <PlusOutlined aria-hidden /> },
  createDepartment: { colour: 'create', icon: <PlusOutlined aria-hidden /> },
  enableUser: { colour: 'enable', icon: <UndoOutlined aria-hidden /> },
  bindUser: { colour: 'matched', icon: <LinkOutlined aria-hidden /> },
  unbindUser: { colour: 'skipped', icon: <DisconnectOutlined aria-hidden /> },
  unlinkDepartment: { colour: 'skipped', icon: <DisconnectOutlined aria-hidden /> },
  linkDepartment: { colour: 'matched', icon: <LinkOutlined aria-hidden /> },
  conflict: { colour: 'conflict', icon: <QuestionOutlined aria-hidden /> },
  skipUser: { colour: 'skipped', icon: <StepForwardOutlined aria-hidden /> },
};

export function actionLook(action: string): ActionLook {
  return isKnown(action) ? actionLooks[action] : { colour: 'skipped', icon: null };
}

function isKnown(action: string): action is ChangeAction {
  return Object.hasOwn(actionLooks, action);
}
