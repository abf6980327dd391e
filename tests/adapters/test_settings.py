"""Settings: what follows from others."""

from cti_server.settings import Settings, load


def test_the_database_of_one_machine_is_in_its_data_folder() -> None:
    assert load({"CTI_CONFIG": "/dev/null"}).database_url == Settings().database_url == "sqlite:///var/cti.db"
    assert load({"CTI_CONFIG": "/dev/null", "CTI_DATA_DIR": "/srv/cti"}).database_url == "sqlite:////srv/cti/cti.db"
    named = {"CTI_CONFIG": "/dev/null", "CTI_DATA_DIR": "/srv/cti", "CTI_DATABASE_URL": "mysql+pymysql://x@y/z"}
    assert load(named).database_url == "mysql+pymysql://x@y/z"
