"""What documents show is held to what commands print; tests/run_docs.py does it."""

from __future__ import annotations

from run_docs import Step, is_printed, lacking, steps

DOCUMENT = """
```yaml title="plan.yaml"
scenario: one
```

```console
$ make setup
$ urbanwork check town plan.yaml
The plan breaks a bottom line.
...
exit code 4
$ ls
```

```python
print(1)
```
"""


def test_commands_files_and_code_are_steps_in_the_order_of_the_document() -> None:
    wanted = "The plan breaks a bottom line.\n...\nexit code 4"
    assert steps(DOCUMENT) == [
        Step("plan.yaml", "scenario: one\n"),
        Step("console", "urbanwork check town plan.yaml", wanted),
        Step("console", "ls"),
        Step("python", "print(1)\n"),
    ]


def test_another_number_than_the_document_shows_is_a_fault() -> None:
    assert is_printed("2 sites\n...\nProven.", "2 sites  \n\n  A\nProven.\n")
    assert not is_printed("2 sites\n...\nProven.", "3 sites\n  A\nProven.\n")
    assert not is_printed("2 sites", "2 sites\nand more\n")


def test_a_document_says_which_folder_of_the_shared_data_it_lacks() -> None:
    assert lacking("<!-- needs: town = no/such/folder -->\n") == ["no/such/folder"]
    assert lacking(DOCUMENT) == []
