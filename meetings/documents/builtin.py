"""The built-in templates, made in memory.

The government's form follows Nghị định 30/2020/NĐ-CP, Phụ lục I and III (Mẫu 1.4, 1.9); the Party's
Hướng dẫn 36-HD/VPTW of 03/04/2018. What the two leave open, or what is known of the second only at
second hand (margins, the asterisk under the body, how "Nơi nhận" is drawn), an office changes by
putting a template of its own in the place of this one.
"""

from functools import cache

from docx.table import _Cell

from meetings.documents.paper import LEFT, Paper
from meetings.models import DocumentTemplate, WorkingSession

Kind = DocumentTemplate.Kind
# A task and the commune that it concerns.
_WHAT = "{{ task.title }}{% if task.commune %} ({{ task.commune }}){% endif %}"
_LEADS = "{{ task.lead }}{% if task.coordinates %}; phối hợp: {{ task.coordinates }}{% endif %}"
_PERSON = "{% if task.person %}; phụ trách: {{ task.person }}{% endif %}"
# How an abbreviation of the kind goes into the number of a paper.
ABBREVIATIONS = {
    Kind.MINUTES: "BB",
    Kind.NOTICE: "TB",
    Kind.INVITATION: "GM",
    Kind.REMINDER: "CV",
    Kind.OUTCOME: "BC",
}


@cache
def template(kind: str, form: str) -> bytes:
    """The built-in template of a kind of paper in one form."""
    paper = Paper(is_party=form == WorkingSession.Form.PARTY)
    _head(paper, kind)
    _BODIES[Kind(kind)](paper)
    return paper.bytes()


# The head


def _head(paper: Paper, kind: str) -> None:
    if paper.is_party:
        left = _party_head(paper)
    else:
        left = _government_head(paper, has_date=kind != Kind.MINUTES)
    if kind == Kind.REMINDER:
        # A letter has no title: what it is about stands under its number.
        paper.line("V/v đôn đốc thực hiện nhiệm vụ được giao", place=left, size=12, before=3)


def _party_head(paper: Paper) -> _Cell:
    left, right = paper.columns(72, 88)
    _bodies(paper, left, size=14)
    paper.line("*", place=left, size=14)
    paper.line("{{ number }}", place=left, size=14)
    paper.line("ĐẢNG CỘNG SẢN VIỆT NAM", place=right, size=15, bold=True)
    paper.rule(76, place=right, width=84)
    paper.line("{{ place_and_day }}", place=right, size=14, italic=True, before=16)
    return left


def _government_head(paper: Paper, *, has_date: bool) -> _Cell:
    left, right = paper.columns(66, 94)
    _bodies(paper, left, size=12)
    paper.rule(20, place=left, width=62)
    paper.line("{{ number }}", place=left, size=13, before=6)
    paper.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", place=right, size=12, bold=True)
    paper.line("Độc lập - Tự do - Hạnh phúc", place=right, size=13, bold=True)
    paper.rule(57, place=right, width=90)
    if has_date:
        paper.line("{{ place_and_day }}", place=right, size=13, italic=True, before=6)
    return left


def _bodies(paper: Paper, place: _Cell, *, size: float) -> None:
    """The body whose paper it is, and the one above it where there is one."""
    paper.line("{%p if superior %}", place=place)
    paper.line("{{ superior|upper }}", place=place, size=size)
    paper.line("{%p endif %}", place=place)
    paper.line("{%p for line in issuer_lines %}", place=place)
    paper.line("{{ line|upper }}", place=place, size=size, bold=True)
    paper.line("{%p endfor %}", place=place)


def _title(paper: Paper, name: str, subject: str) -> None:
    paper.line(name, size=16 if paper.is_party else 14, bold=True, before=18)
    paper.line(subject, size=14, bold=True)
    paper.rule(30 if paper.is_party else 45)
    paper.line("", size=6)


# The foot


def _foot(paper: Paper) -> None:
    """Who signs, and who receives it."""
    paper.line("", size=6).paragraph_format.keep_with_next = True
    left, right = paper.columns(80, 80)
    _receivers(paper, left)
    paper.line("{%p if signed_for %}", place=right)
    paper.line("{{ signed_for|upper }}", place=right, bold=True)
    paper.line("{%p endif %}", place=right)
    paper.line("{{ signer_position|upper }}", place=right, bold=True)
    for _ in range(4):
        paper.line("", place=right)
    paper.line("{{ signer_name }}", place=right, bold=True)


def _both_sign(paper: Paper) -> None:
    """The foot of minutes: who wrote them and who chaired."""
    writer, chair = (
        ("NGƯỜI GHI BIÊN BẢN", "NGƯỜI CHỦ TRÌ") if paper.is_party else ("THƯ KÝ", "CHỦ TỌA")
    )
    paper.line("", size=6).paragraph_format.keep_with_next = True
    left, right = paper.columns(80, 80)
    for place, name, who in ((left, writer, "secretary_name"), (right, chair, "chair_name")):
        paper.line(name, place=place, bold=True)
        for _ in range(4):
            paper.line("", place=place)
        paper.line(f"{{{{ {who} }}}}", place=place, bold=True)
    paper.line("", size=12)
    _receivers(paper, None)


def _receivers(paper: Paper, place: _Cell | None) -> None:
    if paper.is_party:
        paper.line("Nơi nhận:", place=place, size=14, underline=True, align=LEFT)
    else:
        paper.line("Nơi nhận:", place=place, size=12, bold=True, italic=True, align=LEFT)
    paper.line("{%p for receiver in receivers %}", place=place)
    paper.line("- {{ receiver }}", place=place, size=12 if paper.is_party else 11, align=LEFT)
    paper.line("{%p endfor %}", place=place)


# The bodies


def _loop(paper: Paper, loop: str, text: str) -> None:
    paper.tag(f"for {loop}")
    paper.text(text)
    paper.tag("endfor")


def _minutes(paper: Paper) -> None:
    _title(paper, "BIÊN BẢN", "{{ title }}")
    paper.text("Thời gian bắt đầu: {{ begins }}")
    paper.text("Địa điểm: {{ place }}")
    if paper.is_party:
        paper.text("Người chủ trì: {{ chairs|join('; ') }}")
        paper.text("Người ghi biên bản: {{ secretary }}")
    paper.tag("if legal_basis")
    paper.text("Căn cứ: {{ legal_basis }}")
    paper.tag("endif")
    paper.text("1. Thành phần tham dự", bold=True)
    _loop(paper, "line in present", "- {{ line }}")
    paper.tag("if absent")
    paper.text("Vắng mặt:")
    _loop(paper, "line in absent", "- {{ line }}")
    paper.tag("endif")
    if not paper.is_party:
        paper.text("Chủ trì (chủ tọa): {{ chairs|join('; ') }}")
        paper.text("Thư ký (người ghi biên bản): {{ secretary }}")
    paper.text("2. Số tiêu chí đạt đến {{ day_in_words_small }}", bold=True)
    _loop(paper, "commune in communes", "- {{ commune.name }}: {{ commune.headline }}")
    paper.text("3. Diễn biến, nội dung" if paper.is_party else "3. Nội dung", bold=True)
    paper.tag("for entry in entries")
    # What one says on one matter stands under one heading.
    paper.tag("if loop.changed(entry.kind, entry.about, entry.speaker)")
    paper.text(
        "{{ entry.kind }}{% if entry.about %} ({{ entry.about }}){% endif %}"
        "{% if entry.speaker %} - {{ entry.speaker }}{% endif %}:",
        italic=True,
    )
    paper.tag("endif")
    _loop(paper, "paragraph in entry.paragraphs", "{{ paragraph }}")
    paper.tag("endfor")
    _tasks_of(paper, "4. Nhiệm vụ được giao")
    paper.text("Buổi làm việc kết thúc vào {{ ends }}./.", before=6)
    _both_sign(paper)


def _tasks_of(paper: Paper, heading: str) -> None:
    paper.tag("if tasks")
    paper.text(heading, bold=True)
    paper.grid(
        [("TT", 11), ("Nhiệm vụ", 55), ("Đơn vị chủ trì", 38), ("Thời hạn", 25), ("Sản phẩm", 31)],
        "task in tasks",
        ["{{ task.number }}", _WHAT,
         _LEADS, "{{ task.due }}", "{{ task.product }}"],
    )  # fmt: skip
    paper.tag("endif")


def _notice(paper: Paper) -> None:
    _title(paper, "THÔNG BÁO", "{{ subject }}")
    paper.text(
        "{{ day_in_words }}, {{ issuer }} tổ chức {{ occasion }}. Chủ trì: "
        "{{ chairs|join('; ') }}. Tham dự có: {{ attending|join('; ') }}."
    )
    paper.tag("if legal_basis")
    paper.text("Căn cứ: {{ legal_basis }}")
    paper.tag("endif")
    paper.tag("if conclusions")
    paper.text("Sau khi nghe báo cáo và ý kiến tại buổi làm việc, nội dung kết luận như sau:")
    paper.tag("endif")
    paper.tag("for conclusion in conclusions")
    paper.text("{{ conclusion.number }}. {{ conclusion.paragraphs[0] }}")
    _loop(paper, "paragraph in conclusion.paragraphs[1:]", "{{ paragraph }}")
    paper.tag("endfor")
    paper.tag("if guidelines")
    paper.text("Định hướng:")
    _loop(paper, "line in guidelines", "{{ line }}")
    paper.tag("endif")
    _tasks_of(paper, "Nhiệm vụ được giao")
    paper.text("{{ issuer }} thông báo để các cơ quan, đơn vị biết, thực hiện./.", before=6)
    _foot(paper)


def _invitation(paper: Paper) -> None:
    _title(paper, "GIẤY MỜI", "{{ title }}")
    paper.text("{{ issuer }} trân trọng kính mời:")
    _loop(paper, "line in invited", "- {{ line }}")
    paper.text("Tới dự {{ occasion }}.")
    paper.text("Chủ trì: {{ chairs|join('; ') }}")
    paper.text("Thời gian: {{ begins }}")
    paper.text("Địa điểm: {{ place }}")
    paper.tag("if legal_basis")
    paper.text("Căn cứ: {{ legal_basis }}")
    paper.tag("endif")
    paper.text("Đề nghị các đại biểu dự đúng thành phần./.")
    _foot(paper)


def _tasks(paper: Paper) -> None:
    _title(paper, "DANH MỤC NHIỆM VỤ ĐƯỢC GIAO", "{{ title }}, {{ day_in_words_small }}")
    paper.grid(
        [("TT", 10), ("Nhiệm vụ", 42), ("Đơn vị chủ trì", 33), ("Thời hạn", 24), ("Sản phẩm", 24),
         ("Tình trạng", 27)],
        "task in tasks",
        ["{{ task.number }}", _WHAT, f"{_LEADS}{_PERSON}", "{{ task.due }}", "{{ task.product }}",
         "{{ task.status }}"],
    )  # fmt: skip
    paper.line("", size=6)
    _foot(paper)


def _outcome(paper: Paper) -> None:
    # What a paper of the Party is about begins with a small letter.
    first = "kết" if paper.is_party else "Kết"
    subject = f"{first} quả thực hiện kết luận tại buổi làm việc {{{{ day_in_words_small }}}}"
    _title(paper, "BÁO CÁO", subject)
    paper.text(
        "Đến {{ today_in_words }}, trong {{ count.all }} nhiệm vụ được giao: {{ count.done }} "
        "hoàn thành (đúng hạn {{ count.in_time }}), {{ count.open }} đang thực hiện (quá hạn "
        "{{ count.late }}), {{ count.reported }} chờ xác nhận, {{ count.cancelled }} đã hủy."
    )
    paper.tag("for group in groups")
    paper.text("{{ loop.index }}. {{ group.name }} ({{ group.tasks|length }})", bold=True)
    _loop(
        paper,
        "task in group.tasks",
        f"- {_WHAT}: {{{{ task.lead }}}}; "
        "thời hạn {{ task.due|lower }}; {{ task.status|lower }}"
        "{% if task.word %}. {{ task.word }}{% endif %}",
    )
    paper.tag("endfor")
    paper.text("Trên đây là kết quả thực hiện kết luận tại buổi làm việc./.")
    _foot(paper)


def _reminder(paper: Paper) -> None:
    paper.line("Kính gửi: {{ receiver_name }}", before=12)
    paper.line("", size=6)
    paper.tag("if tasks")
    paper.text(
        "Đến {{ today_in_words }}, {{ receiver_name }} còn các nhiệm vụ sau quá hạn hoặc sắp đến "
        "hạn:"
    )
    paper.grid(
        [("TT", 12), ("Nhiệm vụ", 68), ("Ngày giao", 26), ("Thời hạn", 26), ("Tình trạng", 28)],
        "task in tasks",
        ["{{ task.number }}", _WHAT,
         "{{ task.assigned }}", "{{ task.due }}", "{{ task.status }}"],
    )  # fmt: skip
    paper.text(
        "Đề nghị {{ receiver_name }} tập trung hoàn thành, báo cáo kết quả hoặc đề nghị gia hạn có "
        "nêu lý do./.",
        before=6,
    )
    paper.tag("else")
    paper.text(
        "Đến {{ today_in_words }}, {{ receiver_name }} không có nhiệm vụ nào quá hạn hoặc sắp đến "
        "hạn./."
    )
    paper.tag("endif")
    _foot(paper)


_BODIES = {
    Kind.MINUTES: _minutes,
    Kind.NOTICE: _notice,
    Kind.INVITATION: _invitation,
    Kind.TASKS: _tasks,
    Kind.OUTCOME: _outcome,
    Kind.REMINDER: _reminder,
}
