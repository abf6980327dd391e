"""The servers that other tests stand on, and the Redis factory's refusals."""

import pytest
import redis
import sqlalchemy

from cti_server.adapters.redis_store import connect
from cti_server.errors import CtiError
from cti_server.settings import masked


def test_redis_answers_and_survives_a_restart_of_the_server(redis_server, redis_url):
    client = connect(redis_url)
    assert client.ping()
    redis_server.stop()
    with pytest.raises(redis.ConnectionError):
        client.get("x")
    redis_server.start()
    assert client.ping()


def test_mariadb_speaks_utf8(mariadb_url):
    with sqlalchemy.create_engine(mariadb_url).connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT '张三😀'")).scalar() == "张三😀"


@pytest.mark.parametrize("url", ["http://x", "127.0.0.1:6379", ""])
def test_a_url_of_another_kind_is_refused(url):
    with pytest.raises(CtiError, match="CTI_REDIS_URL"):
        connect(url)


@pytest.mark.parametrize("password", ["s3cret", "with/slash", "with:colon", "with@at"])
def test_passwords_are_masked(password):
    assert masked(f"redis://:{password}@host:6379/0") == "redis://:***@host:6379/0"
