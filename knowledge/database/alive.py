"""Which of the bots that share a database are alive: each holds a name of its own for as long as it is."""

import secrets
from contextlib import ExitStack

from knowledge.database.store import Store


class Alive:
    """This process, as the others on its database see it; where only one works on the database, nothing is held."""

    def __init__(self, store: Store) -> None:
        """Hold a new name.

        Raises:
            sqlite3.Error: the database cannot be used.
        """
        self.name = f"bot-{secrets.token_hex(8)}"
        self._store, self._held = store, ExitStack()
        self.renew()

    def renew(self) -> None:
        """Hold the name again, where the connection that held it has broken.

        Raises:
            sqlite3.Error: the database cannot be used.
        """
        if not self._store.shared:
            return
        held = ExitStack()
        if held.enter_context(self._store.alone(self.name, wait=False)):
            self._held.close()
            self._held = held
        else:
            held.close()

    def is_gone(self, other: str) -> bool:
        """Say whether nobody holds a name just now; so it seems too of one whose connection broke a moment ago.

        Raises:
            sqlite3.Error: the database cannot be used.
        """
        if other == self.name:
            return False
        if not self._store.shared:
            return True
        with self._store.alone(other, wait=False) as free:
            return free

    def close(self) -> None:
        """Let go of the name."""
        self._held.close()
