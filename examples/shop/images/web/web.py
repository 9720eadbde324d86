"""The front of the shop.

GET  /         the page                     GET /healthz  the process lives
POST /orders   queues an order              GET /readyz   redis answers, and the process is not stopping
GET  /orders   the processed orders         DELETE /orders  forgets them (needs the admin token)
"""

import html
import http.server
import json
import os
import pathlib
import signal
import socketserver
import threading
import time
import urllib.parse

from redis_client import Redis, RedisError

VERSION = os.environ.get("SHOP_VERSION", "dev")
COLOUR = os.environ.get("SHOP_COLOUR", "#444")
POD = os.environ.get("POD_NAME", os.uname().nodename)
GREETING = os.environ.get("GREETING", "Hello")
CURRENCY = os.environ.get("CURRENCY", "EUR")
CONFIG = pathlib.Path(os.environ.get("CONFIG_DIR", "/etc/shop/config"))
SECRET = pathlib.Path(os.environ.get("SECRET_DIR", "/etc/shop/secret"))
PORT = int(os.environ.get("PORT", "8080"))
# After SIGTERM new requests are still served this long: somebody may not know yet that this pod is leaving.
DRAIN_SECONDS = float(os.environ.get("DRAIN_SECONDS", "2"))
MAX_BODY = 4096
SHOWN = 20

stopping = threading.Event()


def redis():
    return Redis(os.environ.get("REDIS_HOST", "cache"), int(os.environ.get("REDIS_PORT", "6379")),
                 os.environ.get("REDIS_PASSWORD"))


def catalogue():
    return {entry["item"]: entry["price"] for entry in json.loads((CONFIG / "catalogue.json").read_text())}


def processed_orders(db):
    ids = db.call("ZREVRANGE", "orders:done", 0, SHOWN - 1)
    return [json.loads(text) for text in db.call("MGET", *(f"order:{i}" for i in ids)) if text] if ids else []


class Invalid(Exception):
    """The client's fault."""


def order_from(fields):
    try:
        item, quantity = str(fields["item"]), int(fields.get("quantity", 1))
    except (KeyError, TypeError, ValueError):
        raise Invalid("an order needs an item, and a whole number as quantity") from None
    prices = catalogue()
    if item not in prices:
        raise Invalid(f"no {item} here, only {', '.join(prices)}")
    if not 1 <= quantity <= 99:
        raise Invalid("the quantity is 1 to 99")
    return {"item": item, "quantity": quantity, "total": round(prices[item] * quantity, 2)}


def page(db):
    visits = db.call("INCR", "visits")
    waiting = db.call("LLEN", "orders:queue")
    options = "".join(f"<option value='{html.escape(i, True)}'>{html.escape(i)} ({p:.2f} {html.escape(CURRENCY)})</option>"
                      for i, p in catalogue().items())
    rows = "".join(f"<tr><td>{o['id']}<td>{o['quantity']} x {html.escape(o['item'])}<td>{o['total']:.2f} {html.escape(CURRENCY)}"
                   f"<td>{html.escape(o['taken_by'])}<td>{html.escape(o['processed_by'])}</tr>\n" for o in processed_orders(db))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Jar shop</title><style>
body {{ font: 16px sans-serif; max-width: 46em; margin: 2em auto }} h1 {{ color: {COLOUR} }} td, th {{ padding: .2em 1em .2em 0; text-align: left }}
</style></head><body>
<h1>{html.escape(GREETING)}</h1>
<p>Shop version {html.escape(VERSION)}, served by {html.escape(POD)}, visit number {visits}.</p>
<form method="post" action="/orders"><select name="item">{options}</select>
<input name="quantity" type="number" min="1" max="99" value="1"> <button>Order</button></form>
<p>{waiting} orders are waiting. Processed last:</p>
<table><tr><th>Order<th>Goods<th>Total<th>Taken by<th>Processed by</tr>
{rows}</table></body></html>
"""


class Shop(http.server.BaseHTTPRequestHandler):
    # HTTP/1.0, one request a connection: nobody holds a connection to a pod that leaves.
    timeout = 10

    def do_GET(self):
        self.route({"/": self.show_page, "/orders": self.list_orders, "/healthz": self.healthz, "/readyz": self.readyz})

    do_HEAD = do_GET

    def do_POST(self):
        self.route({"/orders": self.place_order})

    def do_DELETE(self):
        self.route({"/orders": self.forget_orders})

    def route(self, routes):
        try:
            action = routes.get(urllib.parse.urlsplit(self.path).path)
            if action is None:
                self.answer(404, {"error": "no such page"})
            else:
                action()
        except Invalid as e:
            self.answer(400, {"error": str(e)})
        except RedisError as e:
            self.answer(503, {"error": str(e)})

    def show_page(self):
        with redis() as db:
            self.answer(200, page(db), "text/html; charset=utf-8")

    def list_orders(self):
        with redis() as db:
            self.answer(200, {"waiting": db.call("LLEN", "orders:queue"), "processed": processed_orders(db)})

    def place_order(self):
        is_form = self.headers.get_content_type() == "application/x-www-form-urlencoded"
        body = self.body()
        try:
            fields = dict(urllib.parse.parse_qsl(body)) if is_form else json.loads(body)
        except ValueError:
            raise Invalid("the body is neither a form nor JSON") from None
        if not isinstance(fields, dict):
            raise Invalid("the body is not an object")
        order = order_from(fields)
        with redis() as db:
            order = {"id": db.call("INCR", "orders:next")} | order | {"taken_by": POD, "taken_at": round(time.time(), 3)}
            db.call("LPUSH", "orders:queue", json.dumps(order))
        if is_form:
            self.answer(303, {}, headers={"Location": "/"})
        else:
            self.answer(202, order)

    def forget_orders(self):
        token = (SECRET / "admin-token").read_text().strip()
        if self.headers.get("Authorization") != f"Bearer {token}":
            self.answer(401, {"error": "needs the admin token"}, headers={"WWW-Authenticate": "Bearer"})
            return
        with redis() as db:
            self.answer(200, {"forgotten": db.call("ZREMRANGEBYRANK", "orders:done", 0, -1)})

    def healthz(self):
        self.answer(200, {"status": "alive"})

    def readyz(self):
        if stopping.is_set():
            self.answer(503, {"status": "stopping"})
            return
        with redis() as db:
            self.answer(200, {"status": "ready", "redis": db.call("PING")})

    def body(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            raise Invalid(f"the body has at most {MAX_BODY} bytes")
        return self.rfile.read(int(length)).decode()

    def answer(self, status, content, content_type="application/json", headers=None):
        data = (content if isinstance(content, str) else json.dumps(content) + "\n").encode()
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), "X-Shop-Version": VERSION,
                            "X-Shop-Pod": POD, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_request(self, code="-", size="-"):
        if not self.path.endswith("z"):
            super().log_request(code, size)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = False  # server_close() waits for the requests under way

    def server_bind(self):
        # HTTPServer would look up the host's name in the DNS, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = POD, PORT


def main():
    server = Server(("", PORT), Shop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    print(f"shop {VERSION} serves on port {PORT} as {POD}", flush=True)
    stopping.wait()
    time.sleep(DRAIN_SECONDS)
    server.shutdown()
    server.server_close()
    print("shop has served its last request", flush=True)


if __name__ == "__main__":
    main()
