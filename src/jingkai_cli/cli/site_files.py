"""The list of sites beside the plan, for the commands that need it."""

from ..errors import Refused
from ..intake.site_list import HEADERS, SITES, SiteList, read_sites
from ..language import _
from .session import Session


def has_sites(session: Session) -> bool:
    """Whether the plan has a list of sites."""
    return (session.folder / SITES).exists()


def recorded_sites(session: Session) -> tuple[str, ...]:
    """The name and the SHA-256 of the list of sites, as `jk adopt` records them with the plan; none without a list.

    Raises:
        Refused: the file cannot be read.
    """
    from .recording import hashed

    return hashed([session.folder / SITES]) if has_sites(session) else ()


def sites_of(session: Session) -> SiteList:
    """The sites of the plan.

    Raises:
        InvalidInput: the file has faults.
        Refused: there is none.
    """
    if not has_sites(session):
        text = _("there is no {file} beside the plan (a line for each site, with the columns {columns})")
        raise Refused(text.format(file=session.folder / SITES, columns=HEADERS))
    return read_sites(session.folder / SITES, session.plan)
