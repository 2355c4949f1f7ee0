import { AppstoreFilled, EllipsisOutlined, PictureOutlined, RightOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { ShownFields, ShownMessage } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { WecomText } from './wecom-text';

interface MessageBubbleProps {
  readonly message: ShownMessage;
  readonly appName: string | undefined;
  /** One that was uploaded on this page, and can be shown without asking anybody for it. */
  readonly picture?: OwnPicture | undefined;
}

export interface OwnPicture {
  readonly url: string;
  readonly dataUrl: string;
}

/** A message as a member sees it in WeCom. */
export function MessageBubble({ message, appName, picture }: MessageBubbleProps) {
  const { t } = useLanguage();
  return (
    <figure className="wx-chat" aria-label={t('msg.bubble')}>
      <figcaption className="wx-from">{appName ?? t('msg.bubble.app')}</figcaption>
      <span className="wx-face" aria-hidden>
        <AppstoreFilled />
      </span>
      <Bubble message={message} picture={picture} />
    </figure>
  );
}

function Bubble({ message: { type, fields, body }, picture }: Omit<MessageBubbleProps, 'appName'>) {
  switch (type) {
    case 'text':
      return (
        <div className="wx-bubble wx-text">
          <WecomText text={fields.content ?? ''} />
        </div>
      );
    case 'news':
      return <News fields={fields} picture={picture} />;
    case 'textcard':
      return (
        <div className="wx-bubble wx-card">
          <div className="wx-title">{fields.title}</div>
          <div className="wx-description">
            <WecomText text={fields.content ?? ''} />
          </div>
          <div className="wx-foot">
            {fields.buttonText} <RightOutlined aria-hidden />
          </div>
        </div>
      );
    case 'template_card':
      return <TemplateCard card={body?.['template_card'] ?? {}} fields={fields} />;
  }
}

interface NewsProps {
  readonly fields: ShownFields;
  readonly picture: OwnPicture | undefined;
}

function News({ fields: { title, content, imageUrl }, picture }: NewsProps) {
  const { t } = useLanguage();
  const isOwn = picture !== undefined && picture.url === imageUrl;
  return (
    <div className="wx-bubble wx-news">
      {isOwn && <img className="wx-photo" src={picture.dataUrl} alt={t('msg.picture.shown')} />}
      {imageUrl !== null && !isOwn && (
        <div className="wx-picture">
          <PictureOutlined aria-hidden />
          {/* The console loads nothing from elsewhere. */}
          <span className="small wrap-anywhere">{t('msg.bubble.picture', { url: imageUrl })}</span>
        </div>
      )}
      <div className="wx-news-words">
        <div className="wx-title">{title}</div>
        {content !== null && content !== '' && <div className="wx-description">{content}</div>}
      </div>
    </div>
  );
}

/** In WeCom's own field names, as it is sent. */
interface CardBody {
  readonly source?: { readonly desc?: string };
  readonly main_title?: { readonly title?: string; readonly desc?: string };
  readonly sub_title_text?: string;
  readonly horizontal_content_list?: readonly { readonly keyname: string; readonly value: string }[];
  readonly button_list?: readonly { readonly text: string; readonly style?: number }[];
  readonly action_menu?: { readonly action_list: readonly { readonly text: string }[] };
}

function TemplateCard({ card, fields }: { readonly card: CardBody; readonly fields: ShownFields }) {
  const { t } = useLanguage();
  const menu = card.action_menu?.action_list.map(({ text }) => text).join(t('list.comma'));
  return (
    <div className="wx-bubble wx-card wx-template">
      {(card.source !== undefined || menu !== undefined) && (
        <div className="wx-source">
          <span>{card.source?.desc}</span>
          {menu !== undefined && <EllipsisOutlined title={t('msg.bubble.menu', { entries: menu })} />}
        </div>
      )}
      <div className="wx-title">{card.main_title?.title ?? fields.title}</div>
      {card.main_title?.desc !== undefined && <div className="wx-gray">{card.main_title.desc}</div>}
      {(card.sub_title_text ?? fields.content ?? '') !== '' && (
        <div className="wx-description">{card.sub_title_text ?? fields.content}</div>
      )}
      {card.horizontal_content_list?.map(({ keyname, value }) => (
        <div key={keyname} className="wx-row">
          <span className="wx-gray">{keyname}</span>
          <span>{value}</span>
        </div>
      ))}
      {card.button_list !== undefined && <Buttons buttons={card.button_list} />}
    </div>
  );
}

function Buttons({ buttons }: { readonly buttons: NonNullable<CardBody['button_list']> }): ReactNode {
  return (
    <div className="wx-buttons">
      {buttons.map(({ text, style }, index) => (
        <span key={index} className={style === 1 ? 'wx-button wx-button-first' : 'wx-button'}>
          {text}
        </span>
      ))}
    </div>
  );
}
