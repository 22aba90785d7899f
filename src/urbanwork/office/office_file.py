"""`office.yaml` in the folder of an office: how people sign in, and where notices go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from urbanwork.city.setting_faults import fault_sentences, in_order
from urbanwork.city.setting_kinds import fault
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.office.access import ROLES
from urbanwork.office.notices.declared import Notices
from urbanwork.quantities.yamlfile import load_yaml_and_faults

FILE = "office.yaml"


def _role(given: str) -> str:
    if given not in ROLES:
        raise fault(f"got '{given}', wanted one of {', '.join(ROLES)}")
    return given


class Part(BaseModel):
    """A part of the file: nothing that it does not know, nothing that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(Part):
    """An OpenID Connect provider by which people sign in, matched to those whom we know."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="short name in addresses")
    name: str = Field(min_length=1, description="what the button says")
    server: str = Field(pattern=r"^https?://", description="address of the provider (issuer)")
    client_id: str = Field(min_length=1, description="id of this office at the provider")
    secret_env: str | None = Field(default=None, description="environment variable with the secret")
    secret_file: str | None = Field(default=None, description="file with the secret")
    claim: str = Field(default="preferred_username", description="claim that says who somebody is")
    matches: Literal["username", "email", "phone"] = Field(
        default="username", description="what of ours the claim is compared with"
    )
    administrators: bool = Field(
        default=False, description="whether administrators sign in by it too"
    )
    leads_to: tuple[str, ...] = Field(
        default=(), description="further addresses (https://host) that its sign-in leads through"
    )

    @property
    def origins(self) -> list[str]:
        """The hosts to which a form of ours may lead."""
        parts = urlsplit(self.server)
        return [f"{parts.scheme}://{parts.netloc}", *self.leads_to]

    def secret(self, folder: Path) -> str:
        """The secret; empty for a public client.

        Raises:
            UserError: it is not where the file says.
        """
        if self.secret_env:
            return _secret_of_environment(self.secret_env)
        if not self.secret_file:
            return ""
        path = folder / self.secret_file
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path}: the secret of '{self.id}' cannot be read") from error


class SignIn(Part):
    """How people sign in."""

    session_hours: float = Field(
        default=12, gt=0, le=720, description="hours until one signs in again"
    )
    second_factor_for: tuple[Annotated[str, AfterValidator(_role)], ...] = Field(
        default=(), description="roles that need a second factor"
    )
    oidc: tuple[Provider, ...] = Field(default=(), description="OpenID Connect providers")


class OfficeFile(Part):
    """What `office.yaml` says."""

    sign_in: SignIn = Field(default=SignIn(), description="how people sign in")
    notices: Notices = Field(default_factory=Notices, description="channels of notices")


def read_office_file(folder: Path) -> OfficeFile:
    """Read `office.yaml` of an office; without one, all is as usual.

    Raises:
        UserError: the file cannot be read or is no YAML.
        ManyFaultsError: what is wrong in it, one sentence each with file and line.
    """
    path = folder / FILE
    if not path.exists():
        return OfficeFile()
    data, lines, faults = load_yaml_and_faults(path)
    try:
        read = OfficeFile.model_validate({} if data is None else data)
    except ValidationError as error:
        faults += fault_sentences(error, OfficeFile, lines)
    if faults:
        raise ManyFaultsError(in_order(faults, lines))
    return read


def providers(file: OfficeFile, folder: Path) -> list[dict[str, Any]]:
    """The providers as the library of sign-in wants them.

    Raises:
        UserError: a secret is not where the file says.
    """
    return [
        {
            "provider_id": each.id,
            "name": each.name,
            "client_id": each.client_id,
            "secret": each.secret(folder),
            "settings": {
                "server_url": each.server,
                "oauth_pkce_enabled": True,
                "claim": each.claim,
                "matches": each.matches,
                "administrators": each.administrators,
            },
        }
        for each in file.sign_in.oidc
    ]


def _secret_of_environment(name: str) -> str:
    if name not in os.environ:
        raise UserError(f"{FILE}: the environment has no {name}; set it before `urbanwork serve`")
    return os.environ[name]
