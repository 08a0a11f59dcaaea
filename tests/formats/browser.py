"""A headless Chromium, controlled by the DevTools protocol over two pipes, without further packages."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

import pytest

from running import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """One tab. `said` collects console messages and policy violations, `asked` the requested addresses."""

    def __init__(self, running: subprocess.Popen[bytes], to: int, back: int) -> None:
        """Control the browser that reads from `to` and writes to `back`."""
        self._running, self._to, self._back = running, os.fdopen(to, "wb", 0), os.fdopen(back, "rb", 0)
        self._number, self._rest, self._session = 0, b"", ""
        self._loaded: set[str] = set()
        self.said: list[str] = []
        """Console messages: errors, policy violations, exceptions."""
        self.asked: list[str] = []
        """Every requested address."""
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")
        self("Page.setLifecycleEventsEnabled", enabled=True)

    def __call__(self, method: str, **parameters: Any) -> Any:
        """Send a command and return the answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        while (came := self._next()).get("id") != self._number:
            self._hear(came)
        assert "error" not in came, came
        return came["result"]

    def open(self, file: Path, *, width: int = 1280, height: int = 900) -> None:
        """Open a page and wait until it has loaded."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        for address in ("about:blank", file.as_uri()):
            self.said.clear()
            self.asked.clear()
            loader = self("Page.navigate", url=address)["loaderId"]
            while loader not in self._loaded:  # the load event of the previous page may arrive only now
                self._hear(self._next())

    def js(self, expression: str) -> Any:
        """Evaluate an expression in the page."""
        asked = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in asked, asked
        return asked["result"].get("value")

    def press(self, *keys: str) -> None:
        """Type keys as a keyboard would: `Tab`, `Enter`, or a character."""
        codes = {"Tab": (9, ""), "Enter": (13, "\r"), "ArrowDown": (40, "")}
        for key in keys:
            code, text = codes.get(key, (ord(key[0].upper()), key))
            common = {"key": key, "windowsVirtualKeyCode": code}
            self("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
            self("Input.dispatchKeyEvent", type="keyUp", **common)

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        self("Browser.close")
        self._running.wait(PATIENCE)
        self._to.close()
        self._back.close()

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            assert select([self._back], [], [], PATIENCE)[0], "the browser says nothing"
            read = self._back.read(1 << 16)
            assert read, "the browser has gone"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        came: dict[str, Any] = json.loads(message)
        return came

    def _hear(self, came: dict[str, Any]) -> None:
        match came.get("method"):
            case "Page.lifecycleEvent" if came["params"]["name"] == "load":
                self._loaded.add(came["params"]["loaderId"])
            case "Network.requestWillBeSent":
                self.asked.append(came["params"]["request"]["url"])
            case "Log.entryAdded":
                self.said.append(came["params"]["entry"]["text"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Page.javascriptDialogOpening":
                self.said.append(json.dumps(came["params"]))
            case _:
                pass


@contextmanager
def chromium(home: Path) -> Iterator[Browser]:
    """A browser with a fresh profile. Without Chromium the test is skipped, which `.ci/run` does not allow."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    theirs, to = os.pipe()
    back, ours = os.pipe()
    command = [
        program,
        "--headless",
        "--no-sandbox",  # tests may run as root
        "--disable-gpu",
        "--no-first-run",
        f"--user-data-dir={home}",
        "--remote-debugging-pipe",
    ]
    # The browser reads from file descriptor 3 and writes to 4.
    start = f'exec "$@" 3<&{theirs} 4>&{ours}'
    with subprocess.Popen(
        ["bash", "-c", start, "bash", *command],
        pass_fds=(theirs, ours),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        os.close(theirs)
        os.close(ours)
        browser = Browser(running, to, back)
        try:
            yield browser
        finally:
            browser.close()
