"""Reading `city.yaml`: the settings of a city, or all of its faults at once."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from urbanwork.city.setting_faults import fault_sentences, in_order
from urbanwork.city.settings import FILE, CitySettings
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.yamlfile import Lines, load_yaml_and_faults

CORRECTIONS = "corrections.yaml"


def read_settings(folder: Path | str) -> CitySettings:
    """Return the settings of the city in a folder; paths in them start with `folder`.

    Raises:
        UserError: there is no such folder or no `city.yaml` in it, or it is not YAML.
        ManyFaultsError: everything else that is wrong, one sentence each with file and line.
    """
    folder = Path(folder)
    data, lines, faults = load_yaml_and_faults(_file_in(folder))
    if not isinstance(data, dict):
        raise UserError(_not_settings(data, lines))
    if "corrections" not in data and (folder / CORRECTIONS).is_file():
        data["corrections"] = CORRECTIONS
    try:
        settings = CitySettings.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        faults += fault_sentences(error, CitySettings, lines)
    if faults:
        raise ManyFaultsError(in_order(faults, lines))
    settings._folder = folder
    return settings


def _file_in(folder: Path) -> Path:
    file = folder / FILE
    if file.is_file():
        return file
    if folder.is_file():
        raise UserError(f"{folder}: this is a file; give the folder that holds {FILE}")
    if not folder.is_dir():
        raise UserError(
            f"{folder}: there is no such folder; make it with "
            f"'urbanwork init {folder} --osm EXTRACT.osm.pbf'"
        )
    raise UserError(
        f"{folder}: there is no {FILE} in this folder; make one with "
        f"'urbanwork init {folder} --osm EXTRACT.osm.pbf'"
    )


def _not_settings(data: object, lines: Lines) -> str:
    if data is None:
        return f"{lines.name}: the file is empty; wanted at least 'name:' and 'osm:'"
    return f"{lines.where()}: wanted 'key: value' lines such as 'osm: extract.osm.pbf'"
