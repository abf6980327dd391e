"""Recordings, reports, directory, the page, health, docs, hostile text."""

from __future__ import annotations

import csv
import errno
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import orjson
import pytest
from flask_smorest.spec.plugins import FlaskPlugin
from lxml import etree

from cti_server.domain.config import DataLabel, ShortNumber
from cti_server.domain.kpi import FORMULAS
from cti_server.domain.localday import BadDay
from cti_server.errors import DatabaseAway
from cti_server.features.calls.service import CallQuery, Calls
from cti_server.features.reports.contract import COLUMNS
from tests.webapp import fakes
from tests.webapp.conftest import Web
from tests.webapp.live import PATIENCE_S
from webapp.app import LARGEST_BODY
from webapp.features.centre.routes import CODECS, sip_server
from webapp.features.reports import files

SOUND = bytes(range(256)) * 40


@pytest.fixture
def archive(web: Web) -> Web:
    folder = web.folder / "recordings"
    folder.mkdir()
    for name in ("1001", "1003", "vm-repair", "vm-bills", "vm-"):
        (folder / f"{name}.wav").write_bytes(SOUND)
    (web.folder / "secret.wav").write_bytes(b"secret")
    return web


def audits(web: Web) -> list[dict[str, object]]:
    facts = [orjson.loads(fields[b"f"]) for _, fields in web.redis.xrange(web.keys.facts)]
    return [fact["data"] for fact in facts if fact["kind"] == "audit"]


@pytest.mark.parametrize(
    ("login", "recording", "status"),
    [
        ("zhang", "rec-1001", 200), ("zhang", "rec-1003", 404), ("li", "rec-1001", 404), ("wang", "rec-1003", 200),
        ("leader-a", "rec-1001", 200), ("leader-a", "rec-1003", 404), ("leader-b", "rec-1003", 200),
        ("leader-a", "rec-vm-repair", 200), ("leader-b", "rec-vm-repair", 404), ("zhang", "rec-vm-repair", 404),
        ("leader-a", "rec-vm-bills", 200), ("leader-b", "rec-vm-bills", 200), ("leader-a", "rec-vm-", 404),
        ("admin", "rec-vm-repair", 200), ("admin", "rec-vm-", 200),
        ("admin", "rec-1001", 200), ("admin", "rec-1002", 404), ("admin", "rec-none", 404), ("admin", "x" * 300, 404),
    ],
)  # fmt: skip
def test_who_may_listen(archive: Web, login: str, recording: str, status: int) -> None:
    answer = archive.login(login).get(f"/api/recordings/{recording}/audio")
    assert answer.status_code == status
    assert len(audits(archive)) == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("login", "call", "listen", "download"),
    [
        ("zhang", "call-1001", "", False), ("leader-a", "call-1001", "", True), ("leader-a", "call-1003", "not-allowed", False),
        ("admin", "call-1003", "", True), ("admin", "call-1002", "no-recording-file", False),
    ],
)  # fmt: skip
def test_a_call_says_who_may_play_its_recording_and_why_not(
    archive: Web, login: str, call: str, listen: str, download: bool
) -> None:
    desk = archive.login(login)
    (told,) = desk.get(f"/api/calls/{call}").get_json()["recordings"]
    assert (told["listen"], told["download"]) == (listen, download)
    assert (desk.get(f"/api/recordings/{told['id']}/audio").status_code == 200) == (listen == "")
    assert (desk.get(f"/api/recordings/{told['id']}/download").status_code == 200) == download


def test_a_download_is_a_file_and_a_line_of_the_audit(archive: Web) -> None:
    answer = archive.login("leader-a").get("/api/recordings/rec-1001/download")
    assert (answer.data, answer.headers["Content-Disposition"]) == (SOUND, "attachment; filename=recording-rec-1001.wav")
    assert [row["action"] for row in audits(archive)] == ["recording.downloaded"]
    assert archive.login("leader-b").get("/api/recordings/rec-1001/download").status_code == 404
    assert len(audits(archive)) == 1


def test_ranges(archive: Web) -> None:
    desk = archive.login("zhang")
    whole = desk.get("/api/recordings/rec-1001/audio")
    assert (whole.data, whole.mimetype, whole.headers["Accept-Ranges"]) == (SOUND, "audio/wav", "bytes")
    for header, status, body in [
        ("bytes=0-", 206, SOUND), ("bytes=100-199", 206, SOUND[100:200]), ("bytes=-5", 206, SOUND[-5:]),
        ("bytes=10000-99999", 206, SOUND[10000:]), ("bytes=99999-", 416, None),
    ]:  # fmt: skip
        answer = desk.get("/api/recordings/rec-1001/audio", headers={"Range": header})
        assert answer.status_code == status, header
        if body is not None:
            assert answer.data == body
            assert answer.headers["Content-Range"].endswith(f"/{len(SOUND)}")


def test_each_listening_is_one_line_of_the_audit(archive: Web) -> None:
    desk = archive.login("leader-a")
    for header in ("bytes=0-", "bytes=100-", "bytes=500-600"):  # a player that seeks
        desk.get("/api/recordings/rec-1001/audio", headers={"Range": header})
    assert len(audits(archive)) == 1
    desk.get("/api/recordings/rec-1001/audio", headers={"Range": "bytes=0-"})
    (first, second) = audits(archive)
    assert (first["issuer"], first["action"], first["subject"]) == ("user:4", "recording.listened", "rec-1001")
    assert second["detail"]["login"] == "leader-a"  # type: ignore[index]
    archive.login("admin").get("/api/recordings/rec-1001/audio", headers={"Range": "bytes=7-"})
    assert len(audits(archive)) == 3, "who starts in the middle listens too"


def test_asking_for_the_headers_is_no_listening_and_hides_none(archive: Web) -> None:
    desk = archive.login("leader-a")
    head = desk.call("HEAD", "/api/recordings/rec-1001/audio")
    assert (head.status_code, head.data) == (200, b"")
    assert not audits(archive)
    assert desk.get("/api/recordings/rec-1001/audio", headers={"Range": "bytes=1-"}).data == SOUND[1:]
    assert len(audits(archive)) == 1


@pytest.mark.parametrize(
    "path", ["../secret.wav", f"{fakes.SWITCH_DIR}/../../secret.wav", "/etc/passwd", "", "link.wav", "\0", f"{fakes.SWITCH_DIR}"]
)
def test_nothing_outside_the_folder_is_opened(archive: Web, path: str) -> None:
    (archive.folder / "recordings" / "link.wav").symlink_to(archive.folder / "secret.wav")
    recordings = archive.ports.recordings
    assert isinstance(recordings, fakes.FakeRecordings)
    recordings.rows["rec-1001"]["path"] = path
    answer = archive.login("admin").get("/api/recordings/rec-1001/audio")
    assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-recording-file")
    assert not audits(archive)


def test_a_recording_that_cannot_be_looked_at_is_no_file(archive: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = archive.login("admin")

    def refuse(self: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "lstat", refuse)
    answer = desk.get("/api/recordings/rec-1001/audio")
    assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-recording-file")
    assert "Permission denied" in answer.get_json()["message"]


def test_reports_as_json(web: Web) -> None:
    desk = web.login("leader-a")
    report = desk.get("/api/reports/queues?day=2026-01-02&interval=30").get_json()
    assert set(report) == {"day", "until", "zone", "formula", "rows", "totals", "all", "as_of_ms"}
    assert report["rows"][0]["service_level"] == 0.5
    assert report["totals"]["bills"]["asa_s"] is None
    assert desk.get("/api/reports/agents").get_json()["rows"][0]["agent"] == "+1001"
    calls = desk.get("/api/reports/calls?queue=bills&start_ms=1&end_ms=2&figure=offered,answered")
    assert calls.get_json()["total"] == 3


@pytest.mark.parametrize(
    "query",
    ["reports/queues?day=2026-02-30", "reports/queues?day=20260102", "reports/queues?interval=7", "reports/queues?interval=x",
     "reports/calls?start_ms=1&end_ms=2&figure=money", "reports/calls?start_ms=2&end_ms=2&figure=offered",
     "reports/calls?figure=offered", "reports/calls?start_ms=1&end_ms=2&figure=offered&page=0",
     "reports/calls?start_ms=1&end_ms=2&figure=offered&per_page=501", "calls?page=0", "calls?per_page=0", "calls?per_page=501"],
)  # fmt: skip
def test_reports_and_lists_refuse_what_they_do_not_know(web: Web, query: str) -> None:
    answer = web.login("admin").get(f"/api/{query}")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments"), answer.text


@pytest.mark.parametrize("path", ["reports/queues?day=2026-01-02&day=2026-01-03", "calls?day=2026-01-02&day=2026-01-02"])
def test_what_a_query_says_twice_is_refused_by_name(web: Web, path: str) -> None:
    answer = web.login("admin").get(f"/api/{path}")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments"), answer.text
    assert answer.get_json()["details"]["query"] == {"day": ["is given more than once: give it once"]}


def test_a_choice_of_nothing_is_said_in_words(web: Web) -> None:
    answer = web.login("admin").get("/api/calls.csv?lang=fr")
    assert answer.get_json()["details"]["query"] == {"lang": ["Must be empty or one of: zh-CN, en."]}


def test_report_files_are_for_people(web: Web) -> None:
    desk = web.login("admin")
    lines = desk.get("/api/reports/queues.csv?formula=of-answered&lang=en").data.decode("utf-8-sig").splitlines()
    assert lines[:5] == [
        "Report,By queue",
        "Service level formula,Answered in time / answered",
        "Days,2026-01-02",
        "Time zone,Asia/Shanghai",
        "Complete until,1970-01-01 08:00:00",
    ]
    assert (lines[5], lines[6][:21]) == ("", "Queue,From,To,Offered")
    own = desk.get("/api/reports/queues.csv?lang=en").data.decode("utf-8-sig").splitlines()
    assert [line.partition(",")[2] for line in own[1:3]] == [
        "Answered in time / (answered + abandoned)",
        "(Answered + abandoned in time) / (answered + abandoned)",
    ]
    names, *rows = csv.reader(own[7:])
    assert [row[names.index("Service level formula")] for row in rows] == [
        "Answered in time / (answered + abandoned)",
        "Answered in time / (answered + abandoned)",
        "(Answered + abandoned in time) / (answered + abandoned)",
        "Each queue's own",
    ]
    assert [row[1] for row in rows] == ["2023-11-15 06:13", "Total", "Total", "Total"]
    assert rows[3][0] == "All queues"
    assert rows[2][0] == fakes.CONFIG.queues["repair"].name
    first = dict(zip(names, rows[0], strict=True))
    assert (first["Service level"], first["Talk"], first["Avg. wait (ASA)"], first["Offered"]) == (
        "50.0%",
        "1:05",
        "1:02:05",
        "0",
    )
    chinese = desk.get("/api/reports/queues.csv?lang=zh-CN").data.decode("utf-8-sig").splitlines()
    assert (chinese[0], chinese[7][:11]) == ("报表,按队列", "队列,开始,结束,呼入")
    agents = desk.get("/api/reports/agents.csv?lang=en").data.decode("utf-8-sig").splitlines()
    assert agents[0] == "Report,By agent"
    assert not any(line.startswith("Service level") for line in agents)


def test_a_file_is_in_the_users_own_language_unless_one_is_asked_for(web: Web) -> None:
    desk = web.login("admin")
    for locale, begin in (("en", "Report"), ("zh-CN", "报表")):
        assert desk.call("PUT", "/api/session/locale", json={"locale": locale}).status_code == 200
        assert desk.get("/api/reports/queues.csv").data.decode("utf-8-sig").startswith(begin)


def test_times_and_rates_are_numbers_of_a_spreadsheet(web: Web) -> None:
    desk = web.login("admin")
    sheet = openpyxl.load_workbook(io.BytesIO(desk.get("/api/reports/queues.xlsx?lang=en").data)).active
    assert sheet is not None
    names = [cell.value for cell in sheet[8]]
    row, total = sheet[9], sheet[10]
    talk, level = row[names.index("Talk")], row[names.index("Service level")]
    assert (talk.number_format, level.number_format) == ("[<0.0416666667]m:ss;[h]:mm:ss", "0.0%")
    assert (talk.value.isoformat(), level.value) == ("00:01:05", 0.5)
    assert (row[0].font.bold, total[0].font.bold, total[1].value) == (False, True, "Total")


def test_ranges_of_days(web: Web) -> None:
    desk = web.login("leader-a")
    report = desk.get("/api/reports/queues?day=2026-01-02&until=2026-01-05&interval=1440").get_json()
    assert (report["day"], report["until"]) == ("2026-01-02", "2026-01-05")
    answer = desk.get("/api/reports/queues.csv?day=2026-01-02&until=2026-01-05&interval=1440&lang=en")
    assert "Days,2026-01-02 – 2026-01-05" in answer.data.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queues-2026-01-02-2026-01-05.csv"'


@pytest.mark.parametrize(
    ("login", "heard"),
    [("admin", {"1001", "1002", "1003"}), ("zhang", {"1001"}), ("leader-a", {"1001", "1002"}), ("leader-b", {"1003"})],
)
def test_the_list_says_what_this_user_may_listen_to(web: Web, login: str, heard: set[str]) -> None:
    rows = web.login(login).get("/api/calls").get_json()["items"]
    assert {row["agent"] for row in rows if row["listen"]} == heard
    assert all("recorded" not in row for row in rows)


@pytest.mark.parametrize(
    ("login", "phones", "seats"),
    [
        ("zhang", (), ["1101", "1102"]),
        ("zhang", ("1102", "1002", "1001"), ["1102", "1002"]),
        ("zhang", ("1001",), []),
        ("leader-a", (), []),
    ],
)
def test_the_centre_names_the_phones_at_which_the_user_may_begin_a_shift(
    web: Web, monkeypatch: pytest.MonkeyPatch, login: str, phones: tuple[str, ...], seats: list[str]
) -> None:
    agents = {**fakes.CONFIG.agents, "1001": replace(fakes.CONFIG.agents["1001"], phones=phones)}
    config = replace(fakes.CONFIG, free_seating=("1101", "1102"), agents=agents)
    monkeypatch.setattr(fakes.FakeConfig, "__call__", lambda self: config)
    assert web.login(login).get("/api/centre").get_json()["seats"] == seats


def test_the_centre_names_short_numbers_and_the_words_of_flows(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"account": {"zh": "户号", "en": "Account"}, "topic": "业务"}
    flow = {"version": 1, "labels": labels, "nodes": {"greeting": {}, "end": {}}}
    named = {"topic": DataLabel("topic", {"en": "Subject", "zh-CN": "主题"})}
    short = {code: ShortNumber(code, name, "075526543210") for code, name in (("82", "Gate"), ("81", "Control room"))}
    config = replace(fakes.CONFIG, flows={"f": flow}, data_labels=named, short_numbers=short)
    monkeypatch.setattr(fakes.FakeConfig, "__call__", lambda self: config)
    told = web.login("zhang").get("/api/centre").get_json()
    assert told["short_numbers"][0] == {"code": "81", "name": "Control room", "number": "075526543210"}
    assert [one["code"] for one in told["short_numbers"]] == ["81", "82"]
    assert told["flows"] == {"f": ["greeting", "end"]}
    assert told["labels"] == {"account": {"zh-CN": "户号", "en": "Account"}, "topic": {"en": "Subject", "zh-CN": "主题"}}


def test_the_calls_list_is_a_file_with_its_filters(web: Web) -> None:
    desk = web.login("leader-a")
    lines = list(csv.reader(io.StringIO(desk.get("/api/calls.csv?day=2026-01-02&agent=1001&lang=en").data.decode("utf-8-sig"))))
    assert [row[:1] for row in lines[:5]] == [["Report"], ["Days"], ["Time zone"], ["Complete until"], []]
    names, *rows = lines[5:]
    assert names[:5] == ["Arrived", "Ended", "Direction", "Number", "Name"]
    assert len(rows) == 1
    assert rows[0][names.index("Agent")] == f"{fakes.AGENTS['1001'].name} (1001)"
    assert rows[0][names.index("Arrived")] == "1970-01-01 08:00:00"
    (audit,) = audits(web)
    assert (audit["action"], audit["subject"], audit["detail"]["agent"], audit["detail"]["calls"]) == (
        "calls.exported",
        "csv",
        "1001",
        1,
    )  # type: ignore[index]
    own = web.login("zhang")
    assert own.get("/api/calls.csv?agent=1003").get_json()["error_id"] == "not-allowed"
    sheet = openpyxl.load_workbook(io.BytesIO(own.get("/api/calls.xlsx?lang=zh-CN").data)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows()][:4] == ["报表", "日期", "时区", "数据截至"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize(
    "text", ["=1", "+86", "-5", "@x", " =1", "\t=1", "\0=1", "\ufeff=1", "\u200b=1", "\u202e+1", "\x0b@x", "＝1", "%x", "|x"]
)
def test_no_text_becomes_a_formula_whatever_stands_before_it(text: str) -> None:
    (_, (cell,)) = csv.reader(io.StringIO(files.as_csv([], [["h"], [text]], "t").decode("utf-8-sig"), newline=""))
    assert cell == f"'{text}"


def test_half_a_character_costs_no_file() -> None:
    rows = [["h"], ["a\ud800b"], ["张三\U0001f600"]]
    text = files.as_csv([], rows, "t").decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["h", "a?b", rows[2][0]]
    sheet = openpyxl.load_workbook(io.BytesIO(files.as_xlsx([], rows, "t"))).active
    assert [cell.value for (cell,) in sheet.iter_rows()] == ["h", "a?b", rows[2][0]]


def test_report_files_have_no_formula(web: Web) -> None:
    desk = web.login("admin")
    assert desk.get('/api/reports/queues.xlsx?queue="%0d%0aX-Evil: 1').status_code == 422
    answer = desk.get('/api/reports/queues.xlsx?queue="; X-Evil: 1/../张三')
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queues-2026-01-02-X-Evil_1.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[9]][:2] == ['=HYPERLINK("http://x")', "2023-11-15 06:13"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    text = desk.get("/api/reports/queues.csv").data.decode("utf-8-sig")
    assert text.splitlines()[8].startswith("\"'=HYPERLINK(")
    assert desk.get("/api/reports/agents.csv").data.decode("utf-8-sig").splitlines()[6].startswith("'+1001")
    assert desk.get("/api/reports/agents.pdf").get_json()["error_id"] == "no-such-format"


HOSTILE_NAMES = (
    "＝1+1", "＋1", "－1", "＠SUM(A1)",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "{=1}", "http://x", "1001", "张三", "\x00=1",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_becomes_a_formula_and_figures_are_numbers(name: str) -> None:
    figures = {"start_ms": 1_700_000_000_000, "offered": 3, "service_level": 0.25, "asa_s": None, "formula": "positive"}
    report = {
        "day": name,
        "rows": [{"queue": name, **figures}],
        "totals": {name: {"queue": name, **figures}},
    }
    reading = files.Reading("en", "Asia/Shanghai", {"queue": {name: name}})
    above = files.header(report, "queues", reading)
    rows = files.table(report, [COLUMNS[one] for one in ("queue", "start_ms", "offered", "service_level", "asa_s")], reading)
    with zipfile.ZipFile(io.BytesIO(files.as_xlsx(above, rows, name))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    sheet = openpyxl.load_workbook(io.BytesIO(files.as_xlsx(above, rows, name))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    queue, _, offered, level, asa = sheet[8]
    assert (queue.data_type, offered.value, level.value, asa.value) == ("s", 3, 0.25, None)
    text = files.as_csv(above, rows, name).decode("utf-8-sig")
    assert all(not cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for row in csv.reader(io.StringIO(text)) for cell in row)


FORM = {"section": "directory", "tag_name": "domain", "key_name": "name", "key_value": "127.0.0.1"}
FORM |= {"user": "1003", "domain": "127.0.0.1"}


def directory_answer(web: Web, secret: str, **fields: str) -> tuple[int, etree._Element]:
    answer = web.client().post("/switch/directory", data={**FORM, "Event-Name": "REQUEST_PARAMS", **fields}, auth=("cti", secret))
    assert answer.content_type.startswith("text/xml")
    return answer.status_code, etree.fromstring(answer.data)


def test_directory(make_web: Callable[..., Web]) -> None:
    web = make_web(xml_curl_secret="s3cret")
    status, found = directory_answer(web, "s3cret")
    assert status == 200
    assert found.xpath("//user/@id") == ["1003"]
    assert found.xpath("//user/@cacheable") == ["true"], "the switch goes on while nobody answers"
    assert found.xpath("//param[@name='password']/@value") == ["secret-1003"]
    assert found.xpath("//variable[@name='effective_caller_id_name']/@value") == [fakes.HOSTILE]
    strange = ({"user": "9999"}, {"user": "1001' or '1'='1"}, {"domain": "evil"}, {"section": "dialplan"}, {"user": "x" * 999})
    for fields in strange:
        status, found = directory_answer(web, "s3cret", **fields)
        assert (status, found.xpath("//result/@status")) == (200, ["not found"]), fields
    for wrong in ("", "s3cre", "秘密"):
        assert directory_answer(web, wrong)[0] == 401


def test_directory_is_off_without_a_secret(web: Web) -> None:
    status, found = directory_answer(web, "")
    assert (status, found.xpath("//result/@status")) == (404, ["not found"])


def test_the_centre_without_the_database_has_no_phone_and_all_the_rest(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: object, extension: str) -> None:
        raise DatabaseAway("the database does not answer")

    desk = web.login("zhang")
    whole = desk.get("/api/centre").get_json()
    monkeypatch.setattr(fakes.FakePhones, "phone", away)
    answer = desk.get("/api/centre")
    assert (answer.status_code, answer.get_json()) == (200, {**whole, "phone": None})


def test_page_that_is_not_built_says_so(web: Web) -> None:
    answer = web.client().get("/")
    assert answer.status_code == 503
    assert "make page" in answer.text


def test_page(web: Web) -> None:
    assets = web.folder / "dist" / "assets"
    assets.mkdir(parents=True)
    (web.folder / "dist" / "index.html").write_text("<p>page</p>")
    (assets / "app-1f2e.js").write_text("1")
    (web.folder / "secret.txt").write_text("secret")
    client = web.client()
    for path in ("/", "/desk", "/reports/today", "/index.html"):
        answer = client.get(path)
        assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "<p>page</p>", "no-cache"), path
    asset = client.get("/assets/app-1f2e.js")
    assert "immutable" in asset.headers["Cache-Control"]
    assert asset.mimetype in ("text/javascript", "application/javascript")
    for path in ("/assets/app-0000.js", "/api/nowhere", "/api", "/switch/nowhere"):
        answer = client.get(path)
        assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-such-page"), path
    assert "secret" not in client.get("/../secret.txt").text
    assert "secret" not in client.get("/%2e%2e/secret.txt").text


def test_health(make_web: Callable[..., Web]) -> None:
    web = make_web()
    answer = web.client().get("/healthz")
    told = answer.get_json()
    assert told.pop("clocks_differ_ms") < PATIENCE_S * 1000, "one machine has one clock"
    assert (answer.status_code, told) == (503, {"status": "degraded", "redis": True, "engine": False, "database": True})
    web.beat()
    web.parts.health.look()
    assert (web.client().get("/healthz").status_code, web.client().get("/healthz").get_json()["status"]) == (200, "ok")
    other = make_web()
    assert isinstance(other.ports.ask_database, fakes.FakeDatabase)
    other.ports.ask_database.up = False
    assert other.client().get("/healthz").status_code == 503


def test_metrics(make_web: Callable[..., Web]) -> None:
    web = make_web(metrics_token="tok")
    web.parts.health.look()
    shown = web.client().get("/metrics", headers={"Authorization": "Bearer tok"}).text
    assert 'cti_web_up{what="redis"} 1.0' in shown
    for name in ("cti_engine_fenced_total", "cti_engine_held_total", "cti_clocks_differ_seconds"):
        assert f"\n{name} " in shown


def test_metrics_are_for_the_token(make_web: Callable[..., Web]) -> None:
    assert make_web().client().get("/metrics").status_code == 403
    assert make_web().client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
    web = make_web(metrics_token="tok")
    away = {"X-Forwarded-For": "10.1.2.3"}
    assert web.client().get("/metrics", headers=away).status_code == 403
    assert web.client().get("/metrics", headers={**away, "Authorization": "Bearer no"}).status_code == 403
    assert web.client().get("/metrics", headers={**away, "Authorization": "Bearer tok"}).status_code == 200
    remote = {"REMOTE_ADDR": "10.1.2.3"}
    assert web.client().get("/metrics", environ_base=remote, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_docs_are_complete_and_need_no_other_host(web: Web) -> None:
    desk = web.login("zhang")
    document = desk.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.")
    served = {rule.rule for rule in web.app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    plain = {FlaskPlugin.flaskpath2openapi(rule) for rule in served}
    assert plain - set(document["paths"]) == set()
    page = desk.get("/api/docs").text
    assert "http://" not in page
    assert "https://" not in page
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert desk.get(f"/api/docs/{name}").status_code == 200
    assert desk.get("/api/docs/index.html").status_code == 404


def test_unexpected_errors_tell_nothing(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> None:
        raise RuntimeError("secret words")

    desk = web.login("zhang")
    monkeypatch.setattr(fakes.FakeConfig, "__call__", broken)
    answer = desk.get("/api/centre")
    assert (answer.status_code, answer.get_json()["error_id"]) == (500, "server-error")
    assert "secret words" not in answer.text


def test_hostile_names_travel_as_json_text(web: Web) -> None:
    answer = web.login("admin").get("/api/calls")
    assert answer.mimetype == "application/json"
    assert {row["name"] for row in answer.get_json()["items"]} == {fakes.HOSTILE}


def test_moments_in_the_wrong_order_are_refused_as_days_are() -> None:
    calls = Calls(None, lambda: fakes.CONFIG)  # type: ignore[arg-type] - it is refused before anything is looked for
    with pytest.raises(BadDay, match="earlier moment"):
        calls.find(CallQuery(from_ms=2, to_ms=1))


def test_too_large_and_not_json(web: Web) -> None:
    desk = web.login("zhang")
    large = desk.post("/api/commands", data=b"x" * 2_000_000, content_type="application/json")
    assert (large.status_code, large.get_json()["details"]) == (413, {"limit": LARGEST_BODY})
    assert f"at most {LARGEST_BODY} bytes" in large.get_json()["message"]
    wrong = desk.call("PATCH", "/api/centre").get_json()
    assert wrong["message"] == "this address takes GET, HEAD, OPTIONS"
    assert wrong["details"] == {"methods": ["GET", "HEAD", "OPTIONS"]}
    assert desk.get("/api/nowhere").get_json()["message"] == "nothing is served at this address"
    assert desk.post("/api/commands", data="{", content_type="application/json").status_code == 400


def test_files_say_no_ids_where_people_read_words(web: Web) -> None:
    """The formula in words; a caller who gave no name has none, not the number again."""
    desk = web.login("admin")
    text = desk.get("/api/reports/queues.csv?day=2026-01-02&lang=zh-CN").data.decode("utf-8-sig")
    assert "（达标接听 + 时限内放弃）/（接听 + 放弃）" in text
    assert not [formula for formula in FORMULAS if formula in text]
    row = {**fakes.call_row("c1", "1001"), "name": "+86=1"}
    names, cells = files.calls_table([row], files.Reading("zh-CN", "Asia/Shanghai", {}))
    assert (cells[names.index("姓名")], cells[names.index("号码")]) == ("", "+86=1")
    assert "被叫号码" in names


def test_where_telephones_register() -> None:
    assert sip_server("", "pbx.example") == {
        "host": "pbx.example", "port": 5060, "transport": "udp", "realm": "pbx.example", "codecs": ["OPUS", "PCMU", "PCMA"],
    }  # fmt: skip
    told = sip_server("192.0.2.7;transport=tls", "pbx.example")
    assert (told["host"], told["port"], told["transport"], told["realm"]) == ("192.0.2.7", 5061, "tls", "pbx.example")
    assert sip_server("[2001:db8::1]:5070", "pbx.example")["port"] == 5070
    profile = Path(__file__).parents[2] / "freeswitch" / "conf" / "sip_profiles" / "internal.xml"
    assert f'"inbound-codec-prefs" value="{",".join(CODECS)}"' in profile.read_text()
