"""Model villages and gardens of the district, and what its communes got: at every stage."""

from decimal import Decimal

from communes.models import Commune
from plans.models import Contribution, ModelCriterion, ModelResult, VillageStep
from plans.resources import actions as resources
from plans.resources.actions import GivenContribution
from plans.villages import actions
from training.district import District
from training.places import COURSES, VILLAGES

STEPS = tuple(VillageStep.Step)
TARGET = "Mục tiêu của huyện tập huấn"
DOCUMENT = "01/QĐ-TẬP HUẤN"
# Days before the last on which a village takes its steps, as far as it comes.
TAKEN = {
    VillageStep.Step.REGISTERED: 600,
    VillageStep.Step.PLANNED: 480,
    VillageStep.Step.NEARLY: 260,
    VillageStep.Step.MET: 170,
    VillageStep.Step.RECOGNISED: 120,
}


def villages(district: District) -> None:
    """The further a commune is with its criteria, the further its villages; each of them at another
    place."""
    with district.at(650):
        actions.set_target(
            district.area,
            from_on=district.ago(650),
            villages=2,
            gardens=6,
            share=75,
            source=TARGET,
            by=district.coordinator,
        )
    keys = {
        kind: list(ModelCriterion.objects.filter(kind=kind).values_list("pk", flat=True))
        for kind in ModelCriterion.Kind
    }
    for course in COURSES:
        _commune(district, district.communes[course.slug], course.at_last, keys)


def contributions(district: District) -> None:
    """What each commune asked for, was promised, got and spent, in two years."""
    rows = (
        (500, Contribution.Stage.ASKED, Contribution.Source.PROVINCE, "money", 900),
        (430, Contribution.Stage.PROMISED, Contribution.Source.DISTRICT, "money", 400),
        (300, Contribution.Stage.ALLOTTED, Contribution.Source.CENTRAL, "money", 1200),
        (200, Contribution.Stage.ALLOTTED, Contribution.Source.DISTRICT, "money", 350),
        (90, Contribution.Stage.SPENT, Contribution.Source.CENTRAL, "money", 800),
        (80, Contribution.Stage.SPENT, Contribution.Source.PEOPLE, "labour", 150),
        (75, Contribution.Stage.SPENT, Contribution.Source.PEOPLE, "land", 640),
    )
    for place, slug in enumerate(district.communes):
        commune, by = district.communes[slug], district.users[slug]
        for ago, stage, source, kind, amount in rows[: 3 + place % 5]:
            with district.at(ago):
                resources.record(
                    commune,
                    GivenContribution(
                        stage=stage,
                        source=source,
                        kind=kind,
                        amount=Decimal(amount + 10 * place),
                        given_on=district.ago(ago),
                        criterion=district.criteria[2],
                    ),
                    by=by,
                )
        if place % 4 == 0:
            with district.at(60):
                resources.state_debt(
                    commune,
                    "Nâng cấp đường trục xã",
                    criterion=district.criteria[2],
                    stated_on=district.ago(60),
                    value=Decimal(1500),
                    paid=Decimal(1500 - 150 * (place + 1)),
                    settled_by="Bố trí từ ngân sách xã",
                    by=by,
                )


def _commune(
    district: District, commune: Commune, share: int, keys: dict[ModelCriterion.Kind, list[int]]
) -> None:
    by = district.coordinator
    found: dict[actions.Subject, str] = {}
    for place, name in enumerate(VILLAGES):
        village = commune.villages.get(name=name)
        village.commune = commune
        reached = max(min(share // 18 - place, len(STEPS)), 0)
        for step in STEPS[:reached]:
            with district.at(TAKEN[step]):
                actions.take_step(
                    village, step, taken_on=district.ago(TAKEN[step]), document=DOCUMENT, by=by
                )
        met = min(2 * reached + 1, 10) if reached else 0
        found |= _results(village.pk, None, keys[ModelCriterion.Kind.VILLAGE], met)
        for number in range(reached):
            with district.at(470):
                garden = actions.register_garden(
                    village, f"Vườn hộ số {number + 1}", registered_on=district.ago(470), by=by
                )
            asked = keys[ModelCriterion.Kind.GARDEN]
            found |= _results(village.pk, garden.pk, asked, reached + 1 - number % 2)
        with district.at(30):
            actions.count(
                village,
                counted_on=district.ago(30),
                households=village.households,
                mixed_gardens=max((village.households or 0) // 2 - 12 * reached, 0),
                by=by,
            )
    with district.at(30):
        actions.record_results(
            commune, found, assessed_on=district.ago(30), by=district.users[commune.slug]
        )


def _results(
    village: int, garden: int | None, criteria: list[int], met: int
) -> dict[actions.Subject, str]:
    result = ModelResult.Found
    return {
        (village, garden, key): (result.MET if place < met else result.NOT_MET).value
        for place, key in enumerate(criteria)
    }
