"""Looking into the tables behind the doors' back."""

from sqlalchemy import Executable, RowMapping

from storage.database import Database


async def every(database: Database, statement: Executable) -> list[RowMapping]:
    """All rows, read beside whatever else is going on."""
    transaction = database.transaction(reading=True)
    try:
        return list(await transaction.rows(statement))
    finally:
        await transaction.close()


async def one(database: Database, statement: Executable) -> RowMapping:
    """The only row."""
    (row,) = await every(database, statement)
    return row


async def run(database: Database, statement: Executable) -> None:
    """Do it and commit."""
    transaction = database.transaction()
    try:
        await transaction.execute(statement)
        await transaction.commit()
    finally:
        await transaction.close()
