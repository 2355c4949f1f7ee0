import { Card } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage } from '../language/use-language';

export const sectionNames = [
  'access',
  'scope',
  'departments',
  'members',
  'departed',
  'mapping',
  'guard',
  'approval',
  'schedules',
  'notices',
  'pull',
] as const;
export type SectionName = (typeof sectionNames)[number];

export const sectionId = (name: SectionName): string => `section-${name}`;

export function Section({ name, children }: { readonly name: SectionName; readonly children: ReactNode }) {
  const { t } = useLanguage();
  return (
    <section id={sectionId(name)} className="set-section" aria-label={t(`set.section.${name}`)}>
      <Card title={<h2 className="set-heading">{t(`set.section.${name}`)}</h2>}>
        <p className="set-lead">{t(`set.section.${name}.about`)}</p>
        {children}
      </Card>
    </section>
  );
}
