"""Drives the simulator with wechatpy exactly as its authors publish it, and prints what it saw as JSON.

wechatpy has WeCom's host written into its token call, so the session sends that host's requests to the simulator.
"""

import io
import json
import sys
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

warnings.simplefilter("ignore")

import requests
from requests.adapters import HTTPAdapter
from wechatpy.enterprise import WeChatClient, parse_message
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import APILimitedException, WeChatClientException

WECOM = "https://qyapi.weixin.qq.com"
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class ToSimulator(HTTPAdapter):
    def __init__(self, simulator):
        super().__init__()
        self.simulator = simulator

    def send(self, request, **kwargs):
        request.url = request.url.replace(WECOM, self.simulator, 1)
        return super().send(request, **kwargs)

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        return super().get_connection_with_tls_context(request, False, {}, cert)


def client_for(simulator, corpid, secret):
    client = WeChatClient(corpid, secret)
    client._http.trust_env = False
    client._http.mount(WECOM, ToSimulator(simulator))
    return client


def refusal(call):
    try:
        call()
    except APILimitedException as error:
        return {"limited": True, "errcode": error.errcode}
    except WeChatClientException as error:
        return {"limited": False, "errcode": error.errcode}
    return None


def listen(corpid):
    crypto = WeChatCrypto(TOKEN, AES_KEY, corpid)
    events = []

    class Receiver(BaseHTTPRequestHandler):
        def do_GET(self):
            plain = crypto.check_signature(*self.signed("msg_signature", "timestamp", "nonce", "echostr"))
            self.answer(plain if isinstance(plain, bytes) else plain.encode())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            plain = crypto.decrypt_message(body, *self.signed("msg_signature", "timestamp", "nonce"))
            message = parse_message(plain)
            events.append({"type": type(message).__name__, "source": message.source, "fields": dict(message._data)})
            self.answer(b"")

        def signed(self, *names):
            query = parse_qs(urlparse(self.path).query)
            return [query[name][0] for name in names]

        def answer(self, body):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, events


def main(simulator, corpid, contacts_secret, app_secret):
    control = requests.Session()
    control.trust_env = False
    contacts = client_for(simulator, corpid, contacts_secret)
    app = client_for(simulator, corpid, app_secret)
    seen = {}

    seen["department"] = contacts.department.create("平台研发", parent_id=1, order=3)
    department = seen["department"]["id"]
    seen["created"] = contacts.user.create(
        "zhang.san", "张三", department=[department], mobile="19900000001", email="zhangsan@example.com", position="工程师"
    )
    seen["updated"] = contacts.user.update("zhang.san", position="总监", enable=1)
    seen["duplicate"] = refusal(lambda: contacts.user.create("ZHANG.SAN", "李四", department=[1], mobile="19900000002"))
    seen["hidden"] = refusal(lambda: contacts.user.get("zhang.san"))
    seen["forbidden"] = refusal(lambda: app.department.create("无权"))

    seen["departments"] = app.department.get()
    seen["userids"] = [user["userid"] for user in app.department.get_users(1, fetch_child=1)]
    seen["detail"] = app.user.list(department, fetch_child=True)[0]
    seen["member"] = app.user.get("zhang.san")
    seen["agent"] = app.agent.get(1000002)
    seen["agents"] = app.agent.list()
    seen["ips"] = app.misc.get_wechat_ips()

    tag = contacts.tag.create("骨干")["tagid"]
    seen["tagged"] = contacts.tag.add_users(tag, ["zhang.san", "nobody"])
    seen["tagUsers"] = contacts.tag.get_users(tag)["userlist"]
    seen["invited"] = contacts.batch.invite(user=["zhang.san", "nobody"])

    code = control.post(
        "%s/_sim/corps/%s/oauth/code" % (simulator, corpid), json={"agentid": 1000002, "userid": "zhang.san"}
    ).json()["code"]
    seen["visitor"] = app.oauth.get_user_info(code)
    seen["usedCode"] = refusal(lambda: app.oauth.get_user_info(code))

    media = app.media.upload("file", ("工资.txt", io.BytesIO("十二月".encode())))
    seen["media"] = media
    seen["downloaded"] = app._http.get(app.media.get_url(media["media_id"])).content.decode()

    seen["text"] = app.message.send_text(1000002, ["Zhang.San", "Nobody"], "你好")
    seen["articles"] = app.message.send_articles(
        1000002, "zhang.san", [{"title": "新闻", "description": "说明", "url": "https://oa.example", "image": ""}]
    )
    app.message.send_text_card(1000002, "zhang.san", "标题", "说明", "https://oa.example")
    app.message.send_markdown(1000002, "zhang.san", "**你好**")
    app.message.send_file(1000002, "zhang.san", media["media_id"])
    seen["nobody"] = refusal(lambda: app.message.send_text(1000002, "nobody", "你好"))
    seen["recalled"] = app._post("message/recall", data={"msgid": seen["text"]["msgid"]})
    inbox = "%s/_sim/corps/%s/inbox/zhang.san" % (simulator, corpid)
    seen["inbox"] = control.get(inbox).json()

    # An expired token is refreshed by the SDK itself; 45009 has an exception of its own.
    control.post(simulator + "/_sim/clock", json={"advanceSeconds": 7300})
    seen["afterExpiry"] = app.user.get("zhang.san")["userid"]
    control.post(simulator + "/_sim/faults", json=[{"path": "user/get", "times": 1, "errcode": 45009}])
    seen["limited"] = refusal(lambda: app.user.get("zhang.san"))

    server, events = listen(corpid)
    url = "http://127.0.0.1:%d/callback" % server.server_address[1]
    for target in ("contacts", 1000002):
        saved = control.put(
            "%s/_sim/corps/%s/callbacks" % (simulator, corpid),
            json={"agentid": target, "url": url, "token": TOKEN, "encodingAesKey": AES_KEY},
        )
        seen["saved %s" % target] = saved.json()["errcode"]
    control.post(
        "%s/_sim/corps/%s/by-hand" % (simulator, corpid),
        json={"path": "user/create", "body": {"userid": "li.si", "name": "李四", "mobile": "19900000003", "department": [1]}},
    )
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "请假"},
        "task_id": "leave-1",
        "button_list": [{"text": "同意", "key": "approve"}],
    }
    sent = app.message.send(1000002, "zhang.san", msg={"msgtype": "template_card", "template_card": card})
    control.post(
        "%s/_sim/corps/%s/messages/%s/click" % (simulator, corpid, sent["msgid"]), json={"userid": "zhang.san", "key": "approve"}
    )
    control.post(
        "%s/_sim/corps/%s/say" % (simulator, corpid), json={"agentid": 1000002, "userid": "zhang.san", "content": "我要请假"}
    )
    seen["updated card"] = app._post(
        "message/update_template_card",
        data={"userids": ["zhang.san"], "agentid": 1000002, "response_code": sent["response_code"], "button": {"replace_name": "已同意"}},
    )
    seen["card"] = control.get(inbox).json()[-1]["card"]
    while not all(one["finished"] for one in control.get(simulator + "/_sim/callbacks").json()):
        time.sleep(0.02)
    seen["events"] = events
    server.shutdown()

    contacts.user.delete("zhang.san")
    contacts.user.batch_delete(["li.si"])
    contacts.department.delete(department)
    print(json.dumps(seen, ensure_ascii=False))


main(*sys.argv[1:])
