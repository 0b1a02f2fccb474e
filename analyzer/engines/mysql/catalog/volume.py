"""How much a MySQL database holds, by what the server knows without reading it."""

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.model.findings.advice import Rate, Volume

_VOLUME = (
    "SELECT coalesce(sum(coalesce(data_length, 0) + coalesce(index_length, 0)), 0) AS size, "
    "count(*) AS n FROM information_schema.tables "
    "WHERE table_schema = database() AND table_type = 'BASE TABLE'"
)


def read_volume(gateway: MysqlGateway) -> tuple[Volume, Rate | None]:
    """Say how much a database holds; how fast it can be dumped is not measured.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be read.
    """
    with gateway.reading() as session:
        (found,) = session.rows(_VOLUME)
        return Volume(int(found["size"]), None, int(found["n"])), None
