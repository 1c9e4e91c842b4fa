"""From BSN to pseudonym: HMAC-SHA-256 with a key of its own per register.

What belongs here: the derivation, exactly as CBS repeats it for the linkage table (docs/how-to/municipal-deliveries.md
has it in words, with an example to check against). What does not: keys on disk (`keys.py`).
"""

import hmac

from pipelines.registers.municipal.keys import MunicipalKey

PSEUDONYM_LENGTH = 64
PSEUDONYM_FORM = "[0-9a-f]{64}"


class Pseudonymiser:
    """Makes the pseudonyms of one register with one key.

    The register and the id of the key enter the derivation, so that the pseudonyms of one person in two registers, or
    under two keys, cannot be laid side by side.
    """

    def __init__(self, key: MunicipalKey, register: str) -> None:
        domain = f"blindevlek/pseudonym/1/{register.upper()}/{key.key_id}".encode()
        self._of_register = hmac.digest(bytes.fromhex(key.pseudonym), domain, "sha256")

    def pseudonym(self, digits: str) -> str:
        """64 hexadecimal characters for the nine digits of a BSN."""
        return hmac.digest(self._of_register, digits.encode("ascii"), "sha256").hex()
