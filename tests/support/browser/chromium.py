"""Debian's chromium, driven over its own protocol; one browser serves all tests of a run."""

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("chromium")
_LISTENING = re.compile(r"DevTools listening on (ws://\S+)")
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-port=0",
)
_SECONDS = 20


class Tab:
    """One page of the browser; it keeps what the page said and asked for."""

    def __init__(self, socket: ClientConnection, session: str) -> None:
        self._socket, self._session, self._last = socket, session, 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._last += 1
        number = self._last
        told = {"id": number, "method": method, "params": parameters, "sessionId": self._session}
        self._socket.send(json.dumps(told))
        while (answer := self._next()).get("id") != number:
            pass
        assert "error" not in answer, (method, answer)
        found: dict[str, Any] = answer["result"]
        return found

    def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(timeout=_SECONDS))
        if "method" in message and message.get("sessionId") == self._session:
            self.events.append(message)
        return message

    def show(
        self, file: Path, width: int = 1280, *, dark: bool = False, script: bool = True
    ) -> None:
        """Open a file at a width, as a reader with these preferences would see it."""
        self.events.clear()
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.resize(width)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Page.navigate", url=file.as_uri())
        while not any(it["method"] == "Page.loadEventFired" for it in self.events):
            self._next()

    def resize(self, width: int) -> None:
        """Make the window another width."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def ask(self, expression: str) -> Any:
        """Evaluate JavaScript in the page, and wait for what it promises."""
        done = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def complaints(self) -> list[str]:
        """What the page, or the browser about it, wrote to the console."""
        kinds = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        return [json.dumps(it["params"]) for it in self.events if it["method"] in kinds]

    def requests(self) -> list[str]:
        """The addresses that it asked for."""
        sent = (it for it in self.events if it["method"] == "Network.requestWillBeSent")
        return [it["params"]["request"]["url"] for it in sent]

    def picture(self, file: Path) -> None:
        """Write the whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def printed(self, file: Path) -> None:
        """Write it as PDF, as a printer would get it."""
        paper = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        file.write_bytes(base64.b64decode(paper["data"]))


@contextmanager
def browser(folder: Path) -> Iterator[Tab]:
    """Start the browser with a profile of its own, and open a page."""
    log = folder / "chromium.log"
    with log.open("wb") as stderr:
        command = [str(PROGRAM), *_OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        environment = {**os.environ, "HOME": str(folder)}
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=stderr, env=environment
        )
    try:
        with connect(_address(process, log), max_size=None) as socket:
            yield _tab(socket)
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    for _ in range(_SECONDS * 20):
        found = _LISTENING.search(log.read_text("utf-8", "replace"))
        if found is not None:
            return found[1]
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(log.read_text("utf-8", "replace"))


def _tab(socket: ClientConnection) -> Tab:
    def call(number: int, method: str, **parameters: Any) -> dict[str, Any]:
        socket.send(json.dumps({"id": -number, "method": method, "params": parameters}))
        while (answer := json.loads(socket.recv(timeout=_SECONDS))).get("id") != -number:
            pass
        found: dict[str, Any] = answer["result"]
        return found

    page = call(1, "Target.createTarget", url="about:blank")
    session = call(2, "Target.attachToTarget", targetId=page["targetId"], flatten=True)
    return Tab(socket, session["sessionId"])
