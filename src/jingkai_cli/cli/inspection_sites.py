"""The list of sites beside the plan, for the commands that need it."""

from ..checklists import Site
from ..errors import Refused
from ..intake.sites_csv import HEADERS, SITES, SiteList, read_sites
from ..language import _
from ..text import quoted
from .names import site_meant
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


def site_judged(session: Session, unit: str, name: str) -> Site:
    """The site of a unit that a judge scores, by its id, its name or a part of it.

    Raises:
        InvalidInput: the list of sites has faults.
        Refused: the plan's observation does not go by sites, there is no such site, or it is another unit's.
    """
    if session.plan.observation is None or session.plan.observation.of != "sites":
        raise Refused(_("the plan's observation judges units as a whole (`observation: of: sites` judges their sites)"))
    site = site_meant(sites_of(session).sites, name)
    if site.unit != unit:
        text = _("{site} is a site of {owner}, not of {unit}")
        raise Refused(text.format(site=quoted(site.name), owner=site.unit, unit=unit))
    return site


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
