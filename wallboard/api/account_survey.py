"""What the account can see: for the doctor, which implements nothing of HTTP itself."""

from urllib.parse import quote

from wallboard.api.client import Client
from wallboard.api.customer import CustomerEntry, CustomerList


class AccountSurvey:
    """Implements ``doctor.needs.AccountSurvey``: follows "Work Analytics Customer Data"."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def sign_in(self) -> None:
        """Sign in, unless that was done. Raises ``FeedError``."""
        await self._client.sign_in()

    async def pbxes(self) -> tuple[CustomerEntry, ...]:
        """Return every PBX. Raises ``FeedError``."""
        return await self._client.entries("/v2/pbxes/", CustomerList())

    async def sites(self, pbx_id: str) -> tuple[CustomerEntry, ...]:
        """Return every site of a PBX. Raises ``FeedError``."""
        return await self._list(pbx_id, "sites")

    async def queues(self, pbx_id: str) -> tuple[CustomerEntry, ...]:
        """Return every queue of a PBX. Raises ``FeedError``."""
        return await self._list(pbx_id, "queues")

    async def _list(self, pbx_id: str, what: str) -> tuple[CustomerEntry, ...]:
        path = f"/v2/pbxes/{quote(pbx_id, safe='')}/{what}"
        return await self._client.entries(path, CustomerList())
