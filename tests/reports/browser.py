"""Headless Chromium over its debugging pipe: as much of it as the report's tests need.

with Browser() as browser: page = browser.open(url, width=390, height=844, dark=True)
Everything the console, the engine or the content policy complains of lands in page.complaints.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars", "--remote-debugging-pipe"]


def find_chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """Owns the process and its profile folder; both are gone when the block ends."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="hubsim-chromium-",
                                                   ignore_cleanup_errors=True)
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()
        # Chromium reads its orders on 3 and answers on 4.
        script = 'exec "$@" 3<&%d 4>&%d' % (to_read, to_write)
        self.process = subprocess.Popen(
            ["bash", "-c", script, "chromium", find_chromium(), *FLAGS,
             f"--user-data-dir={self.profile.name}"],
            pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.number, self.listeners = b"", 0, []
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
        except (EOFError, BrokenPipeError):
            pass
        os.close(self.to_browser)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.from_browser)
        self.profile.cleanup()

    def read(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.from_browser, 1 << 16)
            if not piece:
                raise EOFError("chromium closed its pipe")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, session=None, **params):
        """One command; events that come before its answer go to the listeners."""
        self.number += 1
        order = {"id": self.number, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        os.write(self.to_browser, json.dumps(order).encode() + b"\0")
        while True:
            message = self.read()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            for listener in self.listeners:
                listener(message)

    def open(self, url, width=1400, height=900, dark=False):
        return Page(self, url, width, height, dark)


class Page:
    def __init__(self, browser, url, width, height, dark):
        self.browser, self.complaints, self.requests = browser, [], []
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        browser.listeners.append(self.listen)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 700)
        self.send("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.send("Page.navigate", url=url)
        self.evaluate("new Promise((done) => document.readyState === 'complete' ? done()"
                      " : addEventListener('load', done))")
        self.settle()

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def listen(self, message):
        if message.get("sessionId") != self.session:
            return
        method, params = message["method"], message["params"]
        if method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"].get("exception", {}).get(
                "description", params["exceptionDetails"]["text"]))
        elif method == "Log.entryAdded":
            self.complaints.append(f"{params['entry']['level']}: {params['entry']['text']}")
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.complaints.append(f"console.{params['type']}: {params['args']}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def evaluate(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def settle(self):
        """Two frames: layout, resize observers and drawing are done."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() =>"
                      " requestAnimationFrame(done)))")

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def drag(self, start, end):
        """The mouse from one point (x, y) of the viewport to another, with the button down."""
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        for kind, (x, y), buttons in (("mouseMoved", start, 0), ("mousePressed", start, 1),
                                      ("mouseMoved", middle, 1), ("mouseMoved", end, 1),
                                      ("mouseReleased", end, 0)):
            button = "none" if kind == "mouseMoved" and not buttons else "left"
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button,
                      buttons=buttons, clickCount=1)
        self.settle()

    def screenshot(self, path, clip=None):
        """The whole page, or {x, y, width, height} of it, as PNG."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = clip or {"x": 0, "y": 0, "width": size["width"], "height": size["height"]}
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={**clip, "scale": 1})
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def pdf(self, path):
        answer = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        with open(path, "wb") as file:
            file.write(base64.b64decode(answer["data"]))
