"""The signature of A4 reports."""

from typing import Self

from pydantic import Field, model_validator

from kiosk.sections import Section


class Sign(Section):
    """Signs the PDF of a report; its password or PIN is the credential sign-password."""

    key: str = Field(
        "", description="PKCS#12 file of key and certificates; empty: a token, or no signature"
    )
    module: str = Field("", description="PKCS#11 library of a token that holds the key")
    token: str = Field("", max_length=32, description="label of the token")
    label: str = Field("", max_length=64, description="label of the key and its certificate")
    timestamp_url: str = Field(
        "", pattern=r"^$|^https?://[!-~]{1,200}$", description="timestamp authority; empty: none"
    )
    timestamp_seconds: float = Field(
        5.0, gt=0, le=60, description="how long the authority may take for an answer"
    )
    reason: str = Field("自助机出具", max_length=60, description="why it is signed")
    location: str = Field("", max_length=60, description="where; empty: the name of the hall")
    required: bool = Field(
        default=True,
        description="refuse a report that cannot be signed; false: hand it out unsigned,"
        " as printers at a raw port always do",
    )

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.key and self.module:
            message = "key or module must be set, and not both"
            raise ValueError(message)
        if len({bool(part) for part in (self.module, self.token, self.label)}) > 1:
            message = "module, token and label belong together"
            raise ValueError(message)
        if self.timestamp_url and not (self.key or self.module):
            message = "timestamp_url needs a key"
            raise ValueError(message)
        return self
