import { appSeesMember } from '../state/corp';
import type { App, Caller, Corp } from '../state/corp';
import type { Member } from '../state/directory';
import type { World } from '../state/world';
import { contactEventFields } from './contact-changes';
import type { ContactChange } from './contact-changes';

type Watched = { readonly app: App; readonly member: Member; readonly wasVisible: boolean };

/** Collects what one call changed and, once it has succeeded, sends the events that WeCom sends for it. */
export class ChangeRecorder {
  readonly #changes: ContactChange[] = [];
  readonly #watched: Watched[] = [];

  constructor(
    private readonly world: World,
    private readonly corp: Corp,
    private readonly caller: Caller,
  ) {}

  record(change: ContactChange): void {
    this.#changes.push(change);
  }

  /** Call before members may enter or leave an app's visible range; lazy, because most corps have no listening app. */
  watch(members: () => Iterable<Member>, isNew = false): void {
    const listening = [...this.corp.apps.values()].filter((app) => app.callback !== undefined);
    if (listening.length === 0) return;
    for (const member of members()) {
      for (const app of listening) {
        this.#watched.push({ app, member, wasVisible: !isNew && appSeesMember(this.corp, app, member) });
      }
    }
  }

  send(): void {
    this.#sendContactEvents();
    this.#sendRangeEvents();
  }

  #sendContactEvents(): void {
    const receiver = this.corp.contactsCallback;
    // What the contacts secret does itself is not reported to its own receiver.
    if (receiver === undefined || this.caller.kind === 'contacts') return;
    for (const change of this.#changes) {
      const fields = contactEventFields(this.corp, change);
      if (fields === undefined) continue;
      this.world.callbacks.send({
        corpid: this.corp.corpid,
        agentid: null,
        receiver,
        fields: {
          ToUserName: this.corp.corpid,
          FromUserName: 'sys',
          CreateTime: this.world.clock.nowSeconds(),
          MsgType: 'event',
          Event: 'change_contact',
          ChangeType: change.kind,
          ...fields,
        },
      });
    }
  }

  #sendRangeEvents(): void {
    for (const { app, member, wasVisible } of this.#watched) {
      const stillThere = this.corp.directory.member(member.userid) === member;
      const isVisible = stillThere && appSeesMember(this.corp, app, member);
      if (isVisible === wasVisible || app.callback === undefined) continue;
      this.world.callbacks.send({
        corpid: this.corp.corpid,
        agentid: app.agentid,
        receiver: app.callback,
        fields: {
          ToUserName: this.corp.corpid,
          FromUserName: member.userid,
          CreateTime: this.world.clock.nowSeconds(),
          MsgType: 'event',
          Event: isVisible ? 'subscribe' : 'unsubscribe',
          EventKey: '',
          AgentID: app.agentid,
        },
      });
    }
  }
}
