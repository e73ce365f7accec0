"""How does the report become one file that asks nothing of the network and lets nothing run?"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from litany.publish.phrase import count


def html(page: object) -> str:
    """The page as HTML. Every text is escaped; only our own style sheet and drawings go in as they are."""
    css = (resources.files("litany.publish") / "templates" / "report.css").read_text("utf-8")
    environment = Environment(
        loader=PackageLoader("litany.publish"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["count"] = count
    environment.filters["drawing"] = Markup
    return environment.get_template("report.html").render(page=page, css=Markup(css), policy=policy(css))


def policy(css: str) -> str:
    """The Content Security Policy of the page: no script, no request, no style but its one style sheet."""
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
