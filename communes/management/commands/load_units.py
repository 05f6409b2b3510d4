import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from communes.models import Region
from communes.units import making, matching
from communes.units.directory import CHANGE, Unit
from communes.units.resolver import areas_named
from nrm_tracker import clock


class Command(BaseCommand):
    help = "Makes a province or district and its communes from the lists of units; changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("area", nargs="?", help="code or name of a province or district")
        parser.add_argument(
            "--day", type=dt.date.fromisoformat, help="as they stood on YYYY-MM-DD; default today"
        )
        parser.add_argument(
            "--both", action="store_true", help="with the communes of the other list, linked"
        )
        parser.add_argument("--region", choices=Region.values, default="")
        parser.add_argument("--all", action="store_true", help="both lists, the whole country")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["area"]) == options["all"]:
            raise CommandError(_("Name one area, or --all."))
        try:
            report = making.make(_selection(options), region=options["region"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for sentence in report.differences:
            self.stdout.write(_("differs: %(what)s") % {"what": sentence})
        made = {"areas": len(report.areas), "communes": len(report.communes)}
        found = {"found_areas": report.found_areas, "found_communes": report.found_communes}
        self.stdout.write(
            _(
                "Made: %(areas)s areas, %(communes)s communes, %(links)s links to successors. "
                "Already there: %(found_areas)s areas, %(found_communes)s communes."
            )
            % {**made, **found, "links": report.links}
        )


def _selection(options: dict[str, Any]) -> matching.Selection:
    if options["all"]:
        return matching.everything()
    day = options["day"] or clock.today()
    chosen = _chosen(options["area"], day)
    return matching.select(chosen, both=options["both"], before=day < CHANGE)


def _chosen(named: str, day: dt.date) -> Unit:
    found = areas_named(named, before=day < CHANGE)
    if len(found) == 1:
        return found[0]
    if not found:
        message = _("No province or district “%(name)s” on %(day)s.")
        raise CommandError(message % {"name": named, "day": f"{day:%d/%m/%Y}"})
    names = "; ".join(f"{unit.code} {unit.full_name}" for unit in found)
    raise CommandError(_("Which one? Name it by its code: %(names)s.") % {"names": names})
