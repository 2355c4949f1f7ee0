import type { Member, MemberStatus } from '../api/members';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';

const looks: Readonly<Record<MemberStatus, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  activated: { tone: 'good', icon: 'good' },
  inactive: { tone: 'quiet', icon: 'waiting' },
  disabled: { tone: 'warn', icon: 'paused' },
  left: { tone: 'quiet', icon: 'stopped' },
  unknown: { tone: 'quiet', icon: 'quiet' },
};

export function MemberStatusMark({ member }: { readonly member: Pick<Member, 'status' | 'goneAt'> }) {
  const { t } = useLanguage();
  if (member.goneAt !== null) {
    return (
      <Mark tone="quiet" icon="stopped">
        {t('member.gone')}
      </Mark>
    );
  }
  return <Mark {...looks[member.status]}>{t(`member.status.${member.status}`)}</Mark>;
}
