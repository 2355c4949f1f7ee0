import { digestMessage, digestTemplate } from '../../domain/messages/digest';
import { digestTexts } from '../../i18n/message-cards';
import type { DigestWriter } from '../../store/message-digests';
import { rendered } from './rendering';

const texts = digestTexts('zh-CN');

/** A digest's words have no place in them for anything that depends on a zone. */
const timezone = 'Asia/Shanghai';

export const digestWriter: DigestWriter = {
  template: digestTemplate,
  message: (titles) => digestMessage(titles, texts),
  render(template, options, { title, content }) {
    const event = {
      id: '',
      module: '',
      type: 'digest',
      title,
      content,
      url: null,
      imageUrl: null,
      data: {},
      todo: null,
    };
    const message = rendered({ template, options, timezone }, event, null);
    return message.kind === 'rendered' ? message : null;
  },
};
