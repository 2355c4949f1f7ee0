import { MappingEditor } from './mapping-editor';
import { Section } from './section';
import { CustomField, SwitchField } from './setting-fields';

interface MappingSectionProps {
  readonly corpId: string;
  readonly disabled: boolean;
}

export function MappingSection({ corpId, disabled }: MappingSectionProps) {
  return (
    <Section name="mapping">
      <CustomField path="push.fieldMapping">
        <MappingEditor kind="internal" corpId={corpId} disabled={disabled} />
      </CustomField>
      <CustomField path="push.externalMapping">
        <MappingEditor kind="external" corpId={corpId} disabled={disabled} />
      </CustomField>
      <SwitchField path="push.leaders" />
    </Section>
  );
}
