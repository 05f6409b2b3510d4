"""Everything that can be wrong with how the application is set up."""

from collections.abc import Callable, Iterator

from nrm_tracker.operation import database_checks, machine_checks, site_checks

CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    site_checks.check_key,
    site_checks.check_modes,
    site_checks.check_hosts,
    site_checks.check_https,
    site_checks.check_mail,
    machine_checks.check_disks,
    machine_checks.check_rights,
    machine_checks.check_static_files,
    machine_checks.check_backups,
    database_checks.check_database,
)


def problems() -> list[str]:
    """A sentence for each thing that is wrong."""
    return [problem for check in CHECKS for problem in check()]
