"""The working session of 08/09/2020, in our own words, as far as its report supports it.

Its report says "in the morning" and names no hour, no place and no secretary: these stay empty.
Whom the words are those of is told by the speaker; the coordinator typed them in.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from accounts.models import User
from communes.models import Agency, Area, Commune, WorkingGroup
from criteria.followup import actions as followup_actions
from criteria.models import Assessment, CriteriaSet, Criterion, Difficulty
from dashboards.session.briefing import briefing_of
from meetings.minutes import actions as minutes_actions
from meetings.models import (
    Briefing,
    DocumentHead,
    Entry,
    Participant,
    SessionAssessment,
    Task,
    Theme,
    WorkingSession,
)
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from nrm_tracker import clock

HELD_ON = dt.date(2020, 9, 8)
TITLE = "Làm việc với Kỳ Lạc và Lâm Hợp về tiến độ nông thôn mới"
BASIS = "Quyết định 1447-QĐ/HU (Đoàn công tác chỉ đạo hai xã)"
BY_THE_END_OF_THE_YEAR = dt.date(2020, 12, 31)
COMMUNES = ("ky-lac", "lam-hop")
# Keys of the entries are made from this one, so that loading twice writes nothing twice.
_KEY = UUID("0b6f4b3e-1447-4d08-9a5e-080920200000")

SECRETARY = "Trần Đình Gia, Bí thư Huyện ủy"
CHAIRMAN = "Nguyễn Tiến Hùng, Phó Bí thư Huyện ủy, Chủ tịch UBND huyện"

DIFFICULTIES_OF = "ky-lac"
DIFFICULTIES = (
    "Phát triển kinh tế - xã hội, đầu tư hạ tầng kỹ thuật nông thôn chưa đồng bộ",
    "Kinh tế trang trại chậm phát triển, hiệu quả thấp",
    "Cơ chế, chính sách cho nông nghiệp, nông thôn chưa đồng bộ",
)

Kind = Entry.Kind
BOTH = COMMUNES
# Who leads a task of the list below: the commune itself, or one of these.
GROUP, AGENCIES = "doan-1447", "agencies"


@dataclass(frozen=True)
class Job:
    """A task that came of what was said; for each of `for_` one."""

    title: str
    for_: tuple[str, ...] = BOTH
    lead: str = ""
    criterion: int | None = None
    theme: str = ""
    is_continuing: bool = False


@dataclass(frozen=True)
class DemoEntry:
    """One thing that was said."""

    kind: str
    speaker: str
    text: str
    commune: str = ""
    theme: str = ""
    jobs: tuple[Job, ...] = field(default=())


SPOKEN = (
    DemoEntry(
        Kind.REPORT,
        "Lãnh đạo UBND xã Lâm Hợp",
        "Xã đạt 16/20 tiêu chí. Còn 4 tiêu chí: Quy hoạch; Giao thông; Môi trường và an toàn thực "
        "phẩm; Khu dân cư kiểu mẫu, vườn mẫu. Mục tiêu: đủ 20 tiêu chí vào cuối năm 2020.",
        commune="lam-hop",
    ),
    DemoEntry(
        Kind.REPORT,
        "Lãnh đạo UBND xã Kỳ Lạc",
        "Xã đạt 10/20 tiêu chí. Còn 10 tiêu chí: Quy hoạch; Giao thông; Cơ sở vật chất văn hóa; "
        "Thông tin và Truyền thông; Thu nhập; Tổ chức sản xuất; Y tế; Môi trường và an toàn thực "
        "phẩm; Hệ thống chính trị và tiếp cận pháp luật; Khu dân cư kiểu mẫu, vườn mẫu.\n"
        "Khó khăn: đầu tư hạ tầng chưa đồng bộ; kinh tế trang trại chậm, hiệu quả thấp; cơ chế, "
        "chính sách cho nông nghiệp, nông thôn chưa đồng bộ.",
        commune="ky-lac",
    ),
    DemoEntry(
        Kind.OPINION,
        "Các đại biểu",
        "Nêu giải pháp sát thực tế của xã cho các tiêu chí còn yếu và các tiêu chí còn lại.",
    ),
    DemoEntry(
        Kind.DIRECTION,
        CHAIRMAN,
        "Xây dựng nông thôn mới là trách nhiệm chung của Đảng bộ, chính quyền và nhân dân. Lãnh "
        "đạo hai xã và các ngành xác định lại nhiệm vụ theo đường găng; mỗi tiêu chí có người chịu "
        "trách nhiệm cụ thể.",
        theme="Trách nhiệm của người đứng đầu",
        jobs=(
            Job(
                "Phân công người chịu trách nhiệm từng tiêu chí",
                theme="Trách nhiệm của người đứng đầu",
            ),
        ),
    ),
    DemoEntry(
        Kind.DIRECTION,
        CHAIRMAN,
        "Các phòng, ban kiểm tra, giám sát thường xuyên theo chức năng và có kế hoạch giúp xã.",
        theme="Kiểm tra, giám sát",
        jobs=(
            Job(
                "Lập kế hoạch kiểm tra, giám sát và giúp hai xã hoàn thành tiêu chí phụ trách",
                for_=("",),
                lead=AGENCIES,
                theme="Kiểm tra, giám sát",
            ),
        ),
    ),
    DemoEntry(
        Kind.DIRECTION,
        CHAIRMAN,
        "Kỳ Lạc tập trung lập đường găng, huy động mọi nguồn lực, cải tạo vườn tạp, đầu tư cơ sở "
        "vật chất văn hóa và trường học; bám sát các thôn, tranh thủ hỗ trợ của tỉnh và huyện.",
        commune="ky-lac",
        jobs=(
            Job("Đầu tư cơ sở vật chất văn hóa", for_=("ky-lac",), criterion=6),
            Job("Đầu tư cơ sở vật chất trường học", for_=("ky-lac",), criterion=5),
            Job(
                "Bám sát địa bàn, chỉ đạo các thôn thực hiện các hạng mục theo kế hoạch",
                for_=("ky-lac",),
                is_continuing=True,
            ),
        ),
    ),
    DemoEntry(
        Kind.DIRECTION,
        CHAIRMAN,
        "Kỳ Lạc tuyên truyền để người dân hiểu trách nhiệm, nghĩa vụ và cùng góp công, góp của.",
        commune="ky-lac",
        theme="Tuyên truyền, vận động",
        jobs=(
            Job(
                "Tuyên truyền để người dân hiểu trách nhiệm và cùng tham gia đóng góp",
                for_=("ky-lac",),
                theme="Tuyên truyền, vận động",
                is_continuing=True,
            ),
        ),
    ),
    DemoEntry(
        Kind.CONCLUSION,
        SECRETARY,
        "Hai xã huy động tối đa nguồn lực và sự tham gia của toàn dân.",
        theme="Huy động nguồn lực",
        jobs=(
            Job(
                "Huy động nguồn lực và sự tham gia của người dân",
                theme="Huy động nguồn lực",
            ),
        ),
    ),
    DemoEntry(
        Kind.CONCLUSION,
        SECRETARY,
        "Hai xã làm rõ đường găng đến từng việc; rà soát các tiêu chí và thực hiện có hiệu quả các "
        "tiêu chí chưa đạt.",
        theme="Kế hoạch đường găng",
        jobs=(
            Job("Làm rõ chi tiết đường găng", theme="Kế hoạch đường găng"),
            Job("Rà soát các tiêu chí và thực hiện các tiêu chí chưa đạt"),
        ),
    ),
    DemoEntry(
        Kind.CONCLUSION,
        SECRETARY,
        "Hai xã phát triển sản xuất, chăn nuôi; vận động xóa vườn tạp, chỉnh trang vườn hộ, trồng "
        "cây ăn quả; ưu tiên nguồn lực cho nông thôn mới.",
        theme="Phát triển sản xuất",
        jobs=(
            Job(
                "Xóa vườn tạp, chỉnh trang vườn hộ, trồng cây ăn quả",
                criterion=20,
                theme="Phát triển sản xuất",
            ),
        ),
    ),
    DemoEntry(
        Kind.CONCLUSION,
        SECRETARY,
        "Đoàn công tác có lộ trình và đường găng cụ thể, luôn bám sát cơ sở; hướng dẫn người dân "
        "tháo gỡ khó khăn, quy hoạch các mô hình sản xuất với cây, con chủ lực.",
        theme="Kế hoạch đường găng",
        jobs=(
            Job(
                "Lập lộ trình và đường găng của Đoàn công tác cho hai xã",
                for_=("",),
                lead=GROUP,
                theme="Kế hoạch đường găng",
            ),
            Job(
                "Hướng dẫn quy hoạch mô hình sản xuất với cây, con chủ lực",
                for_=("",),
                lead=GROUP,
                theme="Phát triển sản xuất",
            ),
        ),
    ),
    DemoEntry(
        Kind.CONCLUSION,
        SECRETARY,
        "Hai xã thực hiện tốt chính sách an sinh xã hội; giữ vững an ninh, trật tự.",
        theme="An sinh xã hội",
        jobs=(
            Job(
                "Thực hiện chính sách an sinh xã hội; giữ an ninh, trật tự",
                theme="An sinh xã hội",
                is_continuing=True,
            ),
        ),
    ),
    DemoEntry(
        Kind.GUIDELINE,
        SECRETARY,
        "Nông thôn mới là của dân, do dân, vì dân; dân làm chủ.",
    ),
)


def hold(by: User, set_code: str, lacking: Collection[int]) -> int:
    """The session with its minutes and tasks, once its figures are recorded; how many tasks.

    `lacking`: the numbers of the criteria that one of the communes does not meet.
    """
    area = Area.objects.get(code="447")
    _set_heads(area)
    if WorkingSession.objects.filter(area=area, held_on=HELD_ON, title=TITLE).exists():
        return 0
    session = session_actions.convene(area, _call(area), by=by)
    WorkingSession.objects.filter(pk=session.pk).update(convened_at=clock.at(HELD_ON, 7))
    _claim_assessments(session)
    briefings = [(one, briefing_of(session, one)) for one in session.communes.all()]
    session = session_actions.hold(session, briefings)
    Briefing.objects.filter(session=session).update(frozen_at=clock.at(HELD_ON, 12))
    criteria = list(CriteriaSet.objects.get(code=set_code).criteria.all())
    bodies = _agencies_of([one for one in criteria if one.number in lacking])
    made = [
        task
        for number, spoken in enumerate(SPOKEN)
        for task in _write(session, number, spoken, criteria, bodies, by)
    ]
    Task.objects.filter(session=session).update(assigned_at=clock.at(HELD_ON, 17))
    Entry.objects.filter(session=session).update(written_at=clock.at(HELD_ON, 12))
    _state_difficulties(by)
    return len(made)


def _call(area: Area) -> session_actions.Call:
    Part = Participant.Part
    persons = [
        Participant(
            full_name="Trần Đình Gia",
            position="đại biểu Quốc hội, TUV, Bí thư Huyện ủy",
            part=Part.CHAIR,
        ),
        Participant(
            full_name="Nguyễn Tiến Hùng",
            position="Phó Bí thư Huyện ủy, Chủ tịch UBND huyện",
            part=Part.CHAIR,
        ),
    ]
    groups = (
        "Các đồng chí Thường vụ Huyện ủy",
        "Phó Chủ tịch HĐND huyện",
        "Đại diện UBND huyện",
        "Thành viên Đoàn công tác theo Quyết định số 1447",
        "Lãnh đạo UBND xã Kỳ Lạc",
        "Lãnh đạo UBND xã Lâm Hợp",
    )
    return session_actions.Call(
        form=WorkingSession.Form.PARTY,
        title=TITLE,
        communes=list(Commune.objects.filter(area=area, slug__in=COMMUNES)),
        held_on=HELD_ON,
        participants=[*persons, *(Participant(group_name=name) for name in groups)],
        legal_basis=BASIS,
    )


def _state_difficulties(by: User) -> None:
    """What the report names as in the way, of no criterion in particular."""
    commune = Commune.objects.get(slug=DIFFICULTIES_OF)
    for cause in DIFFICULTIES:
        row = Difficulty(commune=commune, cause=cause, asked_of="district", stated_on=HELD_ON)
        stated = followup_actions.state(row, by=by)
        Difficulty.objects.filter(pk=stated.pk).update(stated_at=clock.at(HELD_ON, 12))


def _claim_assessments(session: WorkingSession) -> None:
    """The figures that were recorded of that day carry the session as their source."""
    found = Assessment.objects.filter(
        basis="session",
        assessed_on=HELD_ON,
        status__enrolment__commune__in=session.communes.all(),
        in_session=None,
    )
    SessionAssessment.objects.bulk_create(
        SessionAssessment(session=session, assessment=assessment) for assessment in found
    )


def _write(
    session: WorkingSession,
    number: int,
    spoken: DemoEntry,
    criteria: list[Criterion],
    bodies: list[Agency],
    by: User,
) -> list[Task]:
    communes = {commune.slug: commune for commune in session.communes.all()}
    said = minutes_actions.EntryText(
        kind=spoken.kind,
        speaker=spoken.speaker,
        text=spoken.text,
        commune=communes.get(spoken.commune),
        theme=_theme(spoken.theme),
    )
    entry = minutes_actions.write(session, uuid5(_KEY, str(number)), said, version=0, by=by)
    tasks = [
        task
        for job in spoken.jobs
        for slug in job.for_
        for task in _tasks(job, communes.get(slug), criteria, bodies)
    ]
    return task_actions.assign(tasks, by=by, entry=entry)


def _tasks(
    job: Job, commune: Commune | None, criteria: list[Criterion], bodies: list[Agency]
) -> list[Task]:
    criterion = next((one for one in criteria if one.number == job.criterion), None)

    def task(**lead: object) -> Task:
        return Task(
            title=job.title,
            commune=commune,
            criterion=criterion,
            theme=_theme(job.theme),
            kind=Task.Kind.CONTINUING if job.is_continuing else Task.Kind.ONCE,
            due_on=None if job.is_continuing else BY_THE_END_OF_THE_YEAR,
            assigned_on=HELD_ON,
            # Nobody said by which day, nor which agencies.
            is_illustrative=not job.is_continuing,
            **lead,
        )

    if job.lead == AGENCIES:
        return [task(lead_agency=agency) for agency in bodies]
    if job.lead == GROUP:
        return [task(lead_working_group=WorkingGroup.objects.get(key=GROUP))]
    return [task(lead_commune=commune)]


def _agencies_of(criteria: list[Criterion]) -> list[Agency]:
    """Those that answer for one of these."""
    found = Agency.objects.filter(area__code="447", responsibilities__criterion__in=criteria)
    return list(found.distinct())


def _theme(name: str) -> Theme | None:
    if not name:
        return None
    return Theme.objects.filter(name=name).first() or Theme.objects.create(name=name)


def _set_heads(area: Area) -> None:
    """What the papers of the two bodies say at their head; not read on a paper of theirs."""
    DocumentHead.objects.get_or_create(
        area=area,
        form=WorkingSession.Form.PARTY,
        defaults={
            "superior": "Đảng bộ tỉnh Hà Tĩnh",
            "issuer": "Huyện ủy Kỳ Anh",
            "place": "Kỳ Anh",
            "symbol": "HU",
        },
    )
    DocumentHead.objects.get_or_create(
        area=area,
        form=WorkingSession.Form.GOVERNMENT,
        defaults={
            "issuer": "Ủy ban nhân dân huyện Kỳ Anh",
            "place": "Kỳ Anh",
            "symbol": "UBND",
        },
    )
