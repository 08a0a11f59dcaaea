"""One self-contained HTML page: it asks the network for nothing, and runs and styles only what stands in it."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from ..escape import visible
from ..language import spoken

HERE = Path(__file__).parent


def text(said: str) -> str:
    """Text from people as HTML, in an element or between the quotes of an attribute."""
    return escape(visible(said))


def page(*, title: str, body: str, style: str = "", script: str = "") -> str:
    """The whole page.

    Args:
        title: for the browser's tab, as text.
        body: HTML, in which everything from people is escaped already.
        style: more CSS, after what every page has.
        script: what is run once the page is there; the page must be whole without it.
    """
    style = f"{HERE.joinpath('page.css').read_text('utf-8')}{style}"
    running = f"script-src '{_hash(script)}'; " if script else ""
    policy = f"default-src 'none'; {running}style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{spoken()}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="format-detection" content="telephone=no">',
        f"<title>{text(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        body,
        *([f"<script>{script}</script>"] if script else []),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _hash(content: str) -> str:
    """What a policy names a script or a style by."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
