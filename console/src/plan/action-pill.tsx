import { useLanguage } from '../language/use-language';
import { actionLook } from './action-looks';

interface ActionPillProps {
  readonly action: string;
  readonly held?: boolean;
  readonly leftOut?: boolean;
}

/** Colour, icon and word together. */
export function ActionPill({ action, held = false, leftOut = false }: ActionPillProps) {
  const { t, maybe } = useLanguage();
  const { colour, icon } = actionLook(action);
  const shade = leftOut ? 'pill-left-out' : held ? 'pill-hatched' : '';
  return (
    <span className={`pill pill-${colour} ${shade}`}>
      {icon}
      <span>{maybe(`plan.action.${action}`) ?? action}</span>
      {held && <span className="visually-hidden">{t('plan.held')}</span>}
    </span>
  );
}
