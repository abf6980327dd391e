"""SIPp scenarios for the phones of the conformance laboratory, written out as files where SIPp wants them."""

from __future__ import annotations

from pathlib import Path

_HEAD = "[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n"
_CONTACT = "Contact: <sip:[local_ip]:[local_port]>\n"
_SOUND = (
    "v=0\no=phone 1 [call_number] IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 0 101\n"
    "a=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\n"
)


def _answer(status: str, tag: str = "", sound: bool = False) -> str:
    head = f"SIP/2.0 {status}\n" + _HEAD.format(tag=tag)
    if sound:
        head += _CONTACT + "Content-Type: application/sdp\nContent-Length: [len]\n\n" + _SOUND
    else:
        head += "Content-Length: 0\n\n"
    again = ' retrans="500"' if sound else ""
    return f"<send{again}><![CDATA[\n{head}]]></send>\n"


def _scenario(*steps: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="phone">\n' + "".join(steps) + "</scenario>\n"


TAG = ";tag=p[pid]x[call_number]"
RINGS = _scenario(
    '<recv request="INVITE"/>\n', _answer("180 Ringing", TAG), '<pause milliseconds="1200"/>\n',
    _answer("200 OK", TAG, sound=True), '<recv request="ACK"/>\n<label id="1"/>\n',
    '<recv request="BYE" optional="true" next="2"/>\n<recv request="INVITE"/>\n', _answer("200 OK", sound=True),
    '<recv request="ACK" next="1"/>\n<label id="2"/>\n', _answer("200 OK"),
)  # fmt: skip
NO_ANSWER = _scenario(
    '<recv request="INVITE"/>\n', _answer("180 Ringing", TAG), '<recv request="CANCEL"/>\n', _answer("200 OK"),
)  # fmt: skip


def refuses(status: str) -> str:
    return _scenario('<recv request="INVITE"/>\n', _answer(f"{status} Refused", TAG), '<recv request="ACK"/>\n')


FORWARDS = _scenario(
    '<recv request="INVITE"/>\n',
    f"<send><![CDATA[\nSIP/2.0 302 Moved Temporarily\n{_HEAD.format(tag=TAG)}{_CONTACT}Content-Length: 0\n\n]]></send>\n",
    '<recv request="ACK"/>\n',
)


def write(folder: Path) -> None:
    """One file for each behaviour: rings.xml, no_answer.xml, 486.xml..."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"rings": RINGS, "no_answer": NO_ANSWER, "302": FORWARDS}
    pages |= {status: refuses(status) for status in ("404", "480", "486", "503", "603")}
    for name, page in pages.items():
        (folder / f"{name}.xml").write_text(page, encoding="utf-8")
