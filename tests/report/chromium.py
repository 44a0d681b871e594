"""Drives Chromium through the DevTools protocol over its pipe: nothing but python and Debian's package, and no port is opened."""

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path


class Chromium:
    """A browser without a network, with one page."""

    def __init__(self, width=1280, height=900, dark=False, scale=1):
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if program is None:
            raise SystemExit("chromium is not installed")
        self.home = tempfile.mkdtemp(prefix="overflown-chromium-")
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        log = os.open(os.path.join(self.home, "log"), os.O_CREAT | os.O_WRONLY)
        arguments = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self.home}", f"--window-size={width},{height}",
            "about:blank",
        ]  # fmt: skip
        actions = [
            (os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4), (os.POSIX_SPAWN_DUP2, log, 1),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ]  # fmt: skip
        # Moved out of the way first: the targets 3 and 4 may be the pipes themselves.
        keep = [os.dup(end) for end in (theirs_in, theirs_out)]
        actions[0:2] = [(os.POSIX_SPAWN_DUP2, keep[0], 3), (os.POSIX_SPAWN_DUP2, keep[1], 4)]
        self.process = os.posix_spawn(program, arguments, os.environ, file_actions=actions, setsid=False, setpgroup=0)
        for end in (theirs_in, theirs_out, log, *keep):
            os.close(end)
        self.reads, self.writes = ours_in, ours_out
        self.buffer, self.number, self.events = b"", 0, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Security"):
            self.page(f"{domain}.enable")
        self.page("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self.page("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        wishes = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        self.page("Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in wishes.items()])

    def _message(self, until):
        while b"\0" not in self.buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.reads], [], [], left)[0]:
                raise TimeoutError(Path(self.home, "log").read_text(errors="replace")[-2000:])
            chunk = os.read(self.reads, 1 << 20)
            if not chunk:
                raise EOFError(Path(self.home, "log").read_text(errors="replace")[-2000:])
            self.buffer += chunk
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, seconds=60, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writes, data) :]
        until = time.monotonic() + seconds
        while True:
            answer = self._message(until)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def page(self, method, **parameters):
        return self.call(method, session=self.session, **parameters)

    def open(self, path):
        """Opens a file from disk and waits until it is drawn."""
        self.page("Page.navigate", url=Path(path).resolve().as_uri())
        self.until("document.readyState === 'complete'")
        self.settle()

    def run(self, expression):
        """The value of an expression in the page."""
        answer = self.page("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression, seconds=20):
        end = time.monotonic() + seconds
        while not self.run(expression):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.05)

    def settle(self):
        """Two frames later everything that was asked for is painted."""
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def mouse(self, kind, x, y, **more):
        self.page("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, button="left", clickCount=1)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1)
        self.settle()

    def key(self, key):
        text = {"text": key} if len(key) == 1 else {}
        self.page("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.page("Input.dispatchKeyEvent", type="keyUp", key=key)
        self.settle()

    def screenshot(self, path, full=False, clip=None):
        more = {"clip": {**clip, "scale": 1}} if clip else {}
        shot = self.page("Page.captureScreenshot", format="png", captureBeyondViewport=full or bool(clip), **more)
        Path(path).write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, path):
        made = self.page("Page.printToPDF", printBackground=True, preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        Path(path).write_bytes(base64.b64decode(made["data"]))

    def complaints(self):
        """Exceptions, console errors, broken policies."""
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(parameters["exceptionDetails"]))
            elif event.get("method") == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
                found.append(json.dumps(parameters["args"]))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                found.append(json.dumps(parameters["entry"]))
        # That pictures are read back often is the checks' own doing.
        return [complaint for complaint in found if "willReadFrequently" not in complaint]

    def requests(self):
        """What was asked for, the file itself included."""
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def close(self):
        try:
            self.call("Browser.close", seconds=10)
        except (TimeoutError, EOFError, RuntimeError, OSError):
            os.killpg(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        for end in (self.reads, self.writes):
            os.close(end)
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
