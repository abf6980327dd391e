"""The recorded traffic of a real switch."""

from pathlib import Path

from cti_server.domain.switch import SwitchEvent
from cti_server.esl.events import event_headers
from cti_server.esl.framing import Frame, FrameParser
from cti_server.esl.translate import translate

FOLDER = Path(__file__).resolve().parents[1] / "captures"
ALL = sorted(path.name for path in FOLDER.glob("*.esl"))
JSON = [name for name in ALL if name.endswith(".json.esl")]


def data(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def frames(name: str) -> list[Frame]:
    return FrameParser().feed(data(name))


def typed(name: str) -> list[SwitchEvent]:
    found = []
    for frame in frames(name):
        headers = event_headers(frame)
        event = translate("main", headers) if headers is not None else None
        if event is not None:
            found.append(event)
    return found


def answers(name: str, start: str) -> list[str]:
    """Bodies of api answers that begin so."""
    return [f.body.decode() for f in frames(name) if f.content_type == "api/response" and f.body.decode().startswith(start)]
