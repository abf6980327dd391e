"""Settings: what follows from others, what is nothing, and what is refused."""

import pytest

from cti_server.errors import CtiError
from cti_server.settings import Settings, load


def test_the_database_of_one_machine_is_in_its_data_folder() -> None:
    assert load({"CTI_CONFIG": "/dev/null"}).database_url == Settings().database_url == "sqlite:///var/cti.db"
    assert load({"CTI_CONFIG": "/dev/null", "CTI_DATA_DIR": "/srv/cti"}).database_url == "sqlite:////srv/cti/cti.db"
    named = {"CTI_CONFIG": "/dev/null", "CTI_DATA_DIR": "/srv/cti", "CTI_DATABASE_URL": "mysql+pymysql://x@y/z"}
    assert load(named).database_url == "mysql+pymysql://x@y/z"


def test_a_name_without_a_value_is_not_said(tmp_path) -> None:
    """An empty http_host was every address of the machine, an empty data_dir the folder of the code."""
    file = tmp_path / "cti.toml"
    file.write_text('log_level = "DEBUG"\nhttp_host = ""\n', "utf-8")
    empty = dict.fromkeys(("HTTP_HOST", "HTTP_PORT", "DATA_DIR", "TENANT", "REDIS_URL", "DATABASE_URL", "LOG_LEVEL", "DEMO"), "")
    found = load({"CTI_CONFIG": str(file)} | {f"CTI_{name}": value for name, value in empty.items()})
    assert found == Settings(log_level="DEBUG")
    file.write_text('phone_ws_url = "wss://pbx.example:7443"\n', "utf-8")
    assert load({"CTI_CONFIG": str(file), "CTI_PHONE_WS_URL": ""}).phone_ws_url == "", "empty: no web phone"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEMO", "maybe"),
        ("TENANT", "a:b"),
        ("TENANT", "*"),
        ("TENANT", "a b"),
        ("PHONE_WS_URL", "https://pbx.example:7443"),
        ("PHONE_WS_URL", "pbx.example:7443"),
        ("PHONE_WS_URL", "wss://pbx.example:99999"),
        ("PHONE_WS_URL", "wss://"),
        ("PHONE_REALM", "pbx example"),
        ("PHONE_REALM", "sip:pbx.example"),
        ("PHONE_SERVER", "sip:pbx.example"),
        ("PHONE_SERVER", "pbx.example;transport=ws"),
        ("SWITCHES", "a=esl://192.0.2.1:8021,a=esl://192.0.2.2:8021"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(CtiError, match=f"bad-setting.*CTI_{name}"):
        load({"CTI_CONFIG": "/dev/null", "CTI_ESL_PASSWORD": "x", f"CTI_{name}": value}).switch_addresses()


def test_what_is_right_is_taken() -> None:
    for name, value in (("TENANT", "site-2_b.c"), ("PHONE_REALM", "[2001:db8::1]"), ("PHONE_WS_URL", "wss://desk.example/phone"),
                        ("PHONE_SERVER", "[2001:db8::1]:5061;transport=tls")):  # fmt: skip
        assert getattr(load({"CTI_CONFIG": "/dev/null", f"CTI_{name}": value}), name.lower()) == value
    assert load({"CTI_CONFIG": "/dev/null", "CTI_DEMO": "On"}).demo
    assert not load({"CTI_CONFIG": "/dev/null", "CTI_DEMO": "off"}).demo
