import { ArrowRightOutlined, StopOutlined } from '@ant-design/icons';
import { Modal, Radio } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../language/use-language';

const sides = ['wecom', 'oa'] as const;
type Side = (typeof sides)[number];

interface MasterDialogProps {
  readonly now: Side;
  readonly onClose: () => void;
  readonly onChosen: (master: Side) => void;
}

/** Which side is right, in two pictures: both at once is no choice. */
export function MasterDialog({ now, onClose, onChosen }: MasterDialogProps) {
  const { t } = useLanguage();
  const [chosen, setChosen] = useState<Side>(now);
  return (
    <Modal
      open
      width={640}
      title={t('master.ask.title')}
      okText={t(`master.ask.${chosen}.submit`)}
      cancelText={t('action.cancel')}
      onCancel={onClose}
      onOk={() => onChosen(chosen)}
    >
      <p className="set-lead">{t('master.ask.about')}</p>
      <Radio.Group
        className="choices"
        aria-label={t('master.ask.title')}
        value={chosen}
        onChange={({ target }) => setChosen(target.value === 'oa' ? 'oa' : 'wecom')}
      >
        {sides.map((side) => (
          <Radio key={side} value={side} className="choice">
            <span className="choice-title">{t(`master.ask.${side}`)}</span>
            <Picture master={side} />
            <span className="choice-about">{t(`master.ask.${side}.about`)}</span>
          </Radio>
        ))}
      </Radio.Group>
    </Modal>
  );
}

/** From whom to whom, and which way is closed. */
function Picture({ master }: { readonly master: Side }) {
  const { t } = useLanguage();
  const other = master === 'oa' ? 'wecom' : 'oa';
  return (
    <span className="master-picture">
      <span className="master-side master-side-right">{t(`master.ask.side.${master}`)}</span>
      <span className="master-ways small">
        <span className="mark-good">
          {t('master.ask.writes')} <ArrowRightOutlined aria-hidden />
        </span>
        <span className="quiet">
          <StopOutlined aria-hidden /> {t('master.ask.blocked')}
        </span>
      </span>
      <span className="master-side">{t(`master.ask.side.${other}`)}</span>
    </span>
  );
}
